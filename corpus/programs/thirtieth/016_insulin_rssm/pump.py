from __future__ import annotations

import logging
import time

import hydra
import requests
import torch
from omegaconf import DictConfig
from safetensors.torch import load

from belief import GlucoseModel
from ward import Ward

log = logging.getLogger(__name__)


class PumpController:
    def __init__(self, cfg: DictConfig):
        self.cfg = cfg
        self.model = GlucoseModel().eval()
        self.etag: str | None = None
        self.belief = self.model.empty(cfg.beds)
        self.dose = torch.zeros(cfg.beds, 1)
        self.is_first = torch.ones(cfg.beds)

    def poll_registry(self) -> None:
        headers = {"If-None-Match": self.etag} if self.etag else {}
        try:
            r = requests.get(f"{self.cfg.registry}/glucose/current", headers=headers, timeout=5)
        except requests.RequestException as e:
            log.warning("registry: %s", e)
            return
        if r.status_code != 200:
            return
        self.model.load_state_dict(load(r.content))
        self.etag = r.headers.get("ETag")
        self.is_first.fill_(1.0)
        log.info("model %s", self.etag)

    @torch.no_grad()
    def decide(self, obs: torch.Tensor) -> torch.Tensor:
        self.belief = self.model.observe(self.belief, self.dose, obs, self.is_first)
        self.is_first.zero_()
        options = torch.linspace(0, self.cfg.max_units, self.cfg.options)
        scores = []
        for u in options:
            s, dose, cost = self.belief, torch.full((len(obs), 1), float(u)), 0.0
            for k in range(self.cfg.lookahead):
                s = self.model.imagine(s, dose if k == 0 else torch.zeros_like(dose))
                mmol = 10 * self.model.read(s)
                cost = cost + (mmol - 6.5).abs() + 10 * (mmol < 4).float()
            scores.append(cost)
        self.dose = options[torch.stack(scores).argmin(0)].unsqueeze(1)
        return self.dose.squeeze(1)

    def discharged(self, rows: torch.Tensor) -> None:
        self.is_first[rows] = 1.0


@hydra.main(config_path=None, config_name=None, version_base=None)
def main(cfg: DictConfig) -> None:
    # python pump.py +registry=http://models.ward +beds=12 +max_units=2.0 +options=9 +lookahead=24 +period=300
    ward = Ward(cfg.beds)
    ward.admit(torch.arange(cfg.beds))
    pump = PumpController(cfg)
    pump.poll_registry()
    n = 0
    while True:
        out = ward.step(pump.decide(ward.cgm()))
        if out.any():
            rows = out.nonzero().squeeze(1)
            ward.admit(rows)
            pump.discharged(rows)
        n += 1
        if n % 12 == 0:
            pump.poll_registry()
            low = (ward.glucose < 4).float().mean().item()
            log.info("step %d mean %.1f mmol/l low %.2f", n, ward.glucose.mean().item(), low)
        time.sleep(cfg.period)


if __name__ == "__main__":
    main()
