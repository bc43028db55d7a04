from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .cores import CORES


@dataclass(frozen=True)
class Spec:
    n_obs: int
    n_act: int
    width: int = 64
    core: str = "ln_gru"
    continuous: bool = True


class RecurrentController:
    """Acts for any number of named agents, each with a memory of its own.

    >>> ctl = RecurrentController(Spec(4, 2))
    >>> ctl.act({"left": obs_l, "right": obs_r})
    """

    def __init__(self, spec: Spec, device: str = "cpu") -> None:
        self.spec = spec
        self.device = torch.device(device)
        self.encoder = nn.Linear(spec.n_obs, spec.width).to(self.device)
        self.core = CORES[spec.core](spec.width, spec.width).to(self.device)
        self.head = nn.Linear(spec.width, spec.n_act).to(self.device)
        self._slots: dict[str, tuple[Tensor, ...]] = {}

    # ------------------------------------------------------------------ memory
    def _initial(self) -> tuple[Tensor, ...]:
        return tuple(torch.zeros(self.spec.width, device=self.device) for _ in range(self.core.parts))

    def reset(self, agents: Iterable[str] | None = None) -> None:
        """Forget the memory of `agents`, or of all."""
        if agents is None:
            self._slots.clear()
            return
        for name in agents:
            self._slots.pop(name, None)

    @property
    def agents(self) -> list[str]:
        return sorted(self._slots)

    # ------------------------------------------------------------------ acting
    @torch.inference_mode()
    def act(self, observations: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        names = list(observations)
        x = torch.as_tensor(np.stack([observations[n] for n in names]), dtype=torch.float32, device=self.device)
        per_agent = [self._slots.get(n) or self._initial() for n in names]
        state = tuple(torch.stack(part) for part in zip(*per_agent))
        y, state = self.core(torch.tanh(self.encoder(x)), state)
        for k, name in enumerate(names):
            self._slots[name] = tuple(part[k] for part in state)
        out = self.head(y)
        acts = torch.tanh(out) if self.spec.continuous else out.argmax(-1)
        return {n: a.cpu().numpy() for n, a in zip(names, acts)}

    # ----------------------------------------------------------------- weights
    def _modules(self) -> dict[str, nn.Module]:
        return {"encoder": self.encoder, "core": self.core, "head": self.head}

    def save_weights(self, path: str | os.PathLike[str]) -> None:
        torch.save({name: m.state_dict() for name, m in self._modules().items()}, path)

    def load_weights(self, path: str | os.PathLike[str]) -> None:
        """Replace encoder, core and head by those in `path`."""
        blob: dict[str, Any] = torch.load(path, map_location=self.device, weights_only=True)
        missing = set(self._modules()) - set(blob)
        if missing:
            raise KeyError(f"{path}: no weights for {', '.join(sorted(missing))}")
        for name, module in self._modules().items():
            module.load_state_dict(blob[name])
