from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Tuple

import torch
from torch import Tensor, nn

Carry = Tuple[Tensor, Tensor]


@dataclass
class CaveConfig:
    n_sensors: int = 6
    n_valves: int = 4
    width: int = 64
    ckpt_dir: str = "ckpts"
    poll: int = 24
    hours: int = 24 * 90
    wheels: int = 10


class CaveNet(nn.Module):
    def __init__(self, cfg: CaveConfig) -> None:
        super().__init__()
        self.enc = nn.Linear(cfg.n_sensors + cfg.n_valves + 1, cfg.width)
        self.core = nn.LSTMCell(cfg.width, cfg.width)
        self.head = nn.Linear(cfg.width, cfg.n_valves)

    def forward(self, x: Tensor, carry: Carry) -> Tuple[Tensor, Carry]:
        h, c = self.core(torch.relu(self.enc(x)), carry)
        return torch.tanh(self.head(h)), (h, c)


class CaveAgent:
    def __init__(self, cfg: CaveConfig) -> None:
        self.cfg = cfg
        self.net = CaveNet(cfg)
        self.current: Optional[Path] = None
        self.carry: Carry = self._blank()
        self.last_valves = torch.zeros(1, cfg.n_valves)
        self.last_reward = torch.zeros(1, 1)

    def _blank(self) -> Carry:
        z = torch.zeros(1, self.cfg.width)
        return z, z.clone()

    def begin(self) -> None:
        self.carry = self._blank()
        self.last_valves.zero_()
        self.last_reward.zero_()

    def newest(self) -> Optional[Path]:
        files = sorted(Path(self.cfg.ckpt_dir).glob("inner_*.pt"))
        return files[-1] if files else None

    def adopt(self) -> bool:
        path = self.newest()
        if path is None or path == self.current:
            return False
        self.net.load_state_dict(torch.load(path, map_location="cpu"))
        self.current = path
        self.begin()
        return True

    @torch.no_grad()
    def act(self, sensors: Tensor) -> Tensor:
        x = torch.cat([sensors.view(1, -1), self.last_valves, self.last_reward], dim=-1)
        valves, self.carry = self.net(x, self.carry)
        self.last_valves = valves
        return valves.squeeze(0)

    def feedback(self, reward: float) -> None:
        self.last_reward = torch.tensor([[reward]])
