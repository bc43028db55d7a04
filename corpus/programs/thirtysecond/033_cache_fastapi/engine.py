import threading
from pathlib import Path
from typing import Dict, Tuple

import torch

from nets import AdmissionPolicy, LoadForecaster


class Engine:
    def __init__(self, root: Path, release: str):
        self.root = root
        self.policy = AdmissionPolicy()
        self.forecaster = LoadForecaster()
        self.traces: Dict[str, torch.Tensor] = {}
        self.rates: Dict[str, Tuple[torch.Tensor, torch.Tensor]] = {}
        self.guard = threading.RLock()
        self.release = ""
        self.activate(release)

    def activate(self, release: str) -> None:
        folder = self.root / release
        policy_sd = torch.load(folder / "policy.pt", map_location="cpu")
        forecast_sd = torch.load(folder / "forecaster.pt", map_location="cpu")
        with self.guard:
            self.policy.load_state_dict(policy_sd)
            self.forecaster.load_state_dict(forecast_sd)
            self.traces.clear()
            self.policy.eval()
            self.forecaster.eval()
            self.release = release

    def forget(self, tenant: str) -> None:
        with self.guard:
            self.traces.pop(tenant, None)
            self.rates.pop(tenant, None)

    def _trace(self, tenant: str) -> torch.Tensor:
        if tenant not in self.traces:
            self.traces[tenant] = torch.zeros(1, self.policy.units)
        return self.traces[tenant]

    def _rate(self, tenant: str):
        if tenant not in self.rates:
            z = torch.zeros(1, self.forecaster.units)
            self.rates[tenant] = (z, z.clone())
        return self.rates[tenant]

    @torch.inference_mode()
    def decide(self, tenant: str, size: float, age: float, hits: float, gap: float) -> Tuple[bool, float]:
        with self.guard:
            pulse = torch.tensor([[gap, 1.0]])
            forecast, self.rates[tenant] = self.forecaster(pulse, self._rate(tenant))
            x = torch.tensor([[size, age, hits, gap, forecast.item()]])
            logits, self.traces[tenant] = self.policy(x, self._trace(tenant))
            return bool(logits.argmax(-1).item()), forecast.item()
