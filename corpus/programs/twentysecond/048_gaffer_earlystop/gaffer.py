from __future__ import annotations

import copy
import logging
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import yaml
from torch import Tensor, nn

logger = logging.getLogger(__name__)


@dataclass
class GafferConfig:
    hidden: int = 64
    envs: int = 12
    epochs: int = 600
    lr: float = 1e-3
    gamma: float = 0.99
    plateau: int = 25
    out: Path = field(default_factory=lambda: Path("gaffer.pt"))

    @classmethod
    def from_yaml(cls, path: str) -> "GafferConfig":
        raw = yaml.safe_load(Path(path).read_text())
        raw["out"] = Path(raw.get("out", "gaffer.pt"))
        return cls(**raw)


class Annealer:
    """Batch of vases in the annealing oven; control the ramp so that inner stress stays low."""

    T = 80

    def __init__(self, n: int, seed: int) -> None:
        self.n, self.rng = n, np.random.default_rng(seed)

    def reset(self) -> Tensor:
        self.skin = self.rng.normal(560, 10, self.n)
        self.core = self.skin + self.rng.normal(15, 5, self.n)
        self.thick = self.rng.uniform(0.03, 0.12, self.n)
        self.t = 0
        return self.read()

    def read(self) -> Tensor:
        probe = self.skin + self.rng.normal(0, 2, self.n)
        return torch.tensor(np.stack([probe / 300 - 1, np.full(self.n, self.t / self.T)], 1), dtype=torch.float32)

    def step(self, ramp: np.ndarray) -> tuple[Tensor, Tensor, bool]:
        self.skin = self.skin + np.clip(ramp, -1, 0.3) * 12
        self.core += self.thick * (self.skin - self.core)
        stress = np.abs(self.core - self.skin)
        self.t += 1
        last = self.t == self.T
        reward = -0.01 * np.clip(stress - 30, 0, None)
        if last:
            reward = reward - np.abs(self.skin - 60) / 100
        return self.read(), torch.tensor(reward, dtype=torch.float32), last


class GafferNet(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.gru = nn.GRUCell(2, hidden)
        self.mu = nn.Linear(hidden, 1)
        self.v = nn.Linear(hidden, 1)
        self.log_std = nn.Parameter(torch.tensor(-1.0))
        self.hidden = hidden

    def init_hidden(self, n: int) -> Tensor:
        return torch.zeros(n, self.hidden)

    def forward(self, x: Tensor, h: Tensor) -> tuple[torch.distributions.Normal, Tensor, Tensor]:
        h = self.gru(x, h)
        return torch.distributions.Normal(self.mu(h).squeeze(1), self.log_std.exp()), self.v(h).squeeze(1), h


class BestKeeper:
    def __init__(self, net: nn.Module, plateau: int) -> None:
        self.net, self.plateau = net, plateau
        self.score, self.age = float("-inf"), 0
        self.weights = copy.deepcopy(net.state_dict())

    def offer(self, score: float) -> None:
        if score > self.score:
            self.score, self.age = score, 0
            self.weights = copy.deepcopy(self.net.state_dict())
        else:
            self.age += 1

    def stuck(self) -> bool:
        return self.age >= self.plateau

    def put_back(self) -> None:
        self.net.load_state_dict(self.weights)
        self.age = 0


def firing(net: GafferNet, oven: Annealer, explore: bool):
    x, last, h = oven.reset(), False, net.init_hidden(oven.n)
    logp, vals, rews = [], [], []
    while not last:
        dist, v, h = net(x, h)
        a = dist.sample() if explore else dist.mean.detach()
        x, r, last = oven.step(a.numpy())
        logp.append(dist.log_prob(a))
        vals.append(v)
        rews.append(r)
    return torch.stack(logp), torch.stack(vals), torch.stack(rews)


def fit(cfg: GafferConfig) -> float:
    net = GafferNet(cfg.hidden)
    oven, check_oven = Annealer(cfg.envs, 0), Annealer(64, 5)
    opt = torch.optim.Adam(net.parameters(), lr=cfg.lr)
    keeper = BestKeeper(net, cfg.plateau)
    for epoch in range(cfg.epochs):
        logp, vals, rews = firing(net, oven, explore=True)
        ret = torch.zeros_like(rews)
        acc = torch.zeros(cfg.envs)
        for t in reversed(range(len(rews))):
            acc = rews[t] + cfg.gamma * acc
            ret[t] = acc
        adv = ret - vals
        loss = -(logp * adv.detach()).mean() + 0.5 * adv.square().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        with torch.no_grad():
            keeper.offer(firing(net, check_oven, explore=False)[2].sum(0).mean().item())
        if keeper.stuck():
            logger.info("epoch %d: plateau at %.3f, back to best and lower lr", epoch, keeper.score)
            keeper.put_back()
            opt = torch.optim.Adam(net.parameters(), lr=opt.param_groups[0]["lr"] * 0.5)
    keeper.put_back()
    torch.save(net.state_dict(), cfg.out)
    return keeper.score


if __name__ == "__main__":
    import sys

    logging.basicConfig(level=logging.INFO)
    config = GafferConfig.from_yaml(sys.argv[1]) if len(sys.argv) > 1 else GafferConfig()
    print("best score", fit(config))
