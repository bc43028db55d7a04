from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Sequence

import numpy as np
import torch
from torch import Tensor, nn

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stage:
    title: str
    policy_file: str | None  # None: go on with the weights of the stage before
    sway: tuple[float, float]
    crosswind: tuple[float, float]
    pole_mass: tuple[float, float]
    promote_at: float


DEFAULT_STAGES = (
    Stage("gym rope", "warm/gym.pth", (0.0, 0.05), (0.0, 0.0), (9.0, 9.0), 0.8),
    Stage("barn", None, (0.05, 0.15), (0.0, 0.1), (8.0, 11.0), 0.75),
    Stage("courtyard", "warm/courtyard.pth", (0.1, 0.3), (0.0, 0.4), (6.0, 12.0), 0.7),
    Stage("gorge", "warm/gorge.pth", (0.2, 0.6), (0.2, 1.2), (5.0, 14.0), 2.0),
)


@dataclass
class Settings:
    root: Path = Path(".")
    stages: Sequence[Stage] = DEFAULT_STAGES
    episodes_between_checks: int = 20
    updates: int = 5000
    rollout: int = 32
    lr: float = 4e-4
    gamma: float = 0.99
    hidden: int = 56
    seed: int = 0


class Rope:
    OBS, ACT = 3, 3

    def __init__(self, seed: int):
        self.rng = np.random.default_rng(seed)
        self.stage: Stage = DEFAULT_STAGES[0]

    def reset(self) -> Tensor:
        draw = lambda rng: self.rng.uniform(*rng)  # noqa: E731
        self.sway, self.wind = draw(self.stage.sway), draw(self.stage.crosswind)
        self.inertia = draw(self.stage.pole_mass) / 9.0
        self.lean, self.rate, self.dist, self.t = self.rng.normal(0, 0.02), 0.0, 0.0, 0
        return self._obs()

    def _obs(self) -> Tensor:
        return torch.tensor([[self.lean + self.rng.normal(0, 0.01), self.dist / 20, self.t / 300]], dtype=torch.float32)

    def step(self, action: int) -> tuple[Tensor, float, bool, bool]:
        push = (action - 1) * 0.5
        gust = self.wind * np.sin(self.t / 7) + self.sway * self.rng.normal()
        self.rate += 0.05 * (4.0 * self.lean + gust - push * 3) / self.inertia
        self.lean += 0.05 * self.rate
        self.dist += 0.1
        self.t += 1
        fell = abs(self.lean) > 0.6
        across = self.dist >= 20
        return self._obs(), 0.1 - 2.0 * fell + 2.0 * across, bool(fell or across), bool(across)


class Walker(nn.Module):
    def __init__(self, hidden: int):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRU(Rope.OBS, hidden, num_layers=2)
        self.pi = nn.Linear(hidden, Rope.ACT)
        self.v = nn.Linear(hidden, 1)

    def start(self) -> Tensor:
        return torch.zeros(2, 1, self.hidden)

    def forward(self, obs: Tensor, mem: Tensor) -> tuple[torch.distributions.Categorical, Tensor, Tensor]:
        y, mem = self.gru(obs.unsqueeze(0), mem)
        y = y[0]
        return torch.distributions.Categorical(logits=self.pi(y)), self.v(y)[0, 0], mem


@dataclass
class Session:
    cfg: Settings
    level: int = -1
    results: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rope = Rope(self.cfg.seed)
        self.walker = Walker(self.cfg.hidden)
        self.promote()

    def promote(self) -> None:
        self.level += 1
        self.results.clear()
        stage = self.cfg.stages[self.level]
        self.rope.stage = stage
        if stage.policy_file:
            self.walker.load_state_dict(torch.load(self.cfg.root / stage.policy_file))
        self.optim = torch.optim.Adam(self.walker.parameters(), lr=self.cfg.lr)
        self.obs, self.mem = self.rope.reset(), self.walker.start()
        logger.info("now on %s", stage.title)

    def ready(self) -> bool:
        last = self.results[-self.cfg.episodes_between_checks :]
        return len(last) == self.cfg.episodes_between_checks and np.mean(last) >= self.cfg.stages[self.level].promote_at

    def update(self) -> float:
        steps = []
        for _ in range(self.cfg.rollout):
            dist, value, self.mem = self.walker(self.obs, self.mem)
            action = dist.sample()
            self.obs, reward, over, across = self.rope.step(int(action))
            steps.append((dist.log_prob(action)[0], value, dist.entropy()[0], reward, over))
            if over:
                self.results.append(across)
                self.obs, self.mem = self.rope.reset(), self.walker.start()
        with torch.no_grad():
            target = self.walker(self.obs, self.mem)[1]
        loss = torch.zeros(())
        for logp, value, ent, reward, over in reversed(steps):
            target = reward + self.cfg.gamma * target * (not over)
            loss = loss - logp * (target - value.detach()) + 0.5 * (target - value) ** 2 - 0.01 * ent
        self.optim.zero_grad()
        (loss / len(steps)).backward()
        nn.utils.clip_grad_norm_(self.walker.parameters(), 1.0)
        self.optim.step()
        self.mem = self.mem.detach()
        return loss.item() / len(steps)


def main(cfg: Settings | None = None) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    cfg = cfg or Settings()
    session = Session(cfg)
    for i in range(cfg.updates):
        loss = session.update()
        if i % 100 == 0:
            logger.info("%d loss %.3f success %.2f", i, loss, np.mean(session.results[-20:] or [0]))
        if session.ready() and session.level + 1 < len(cfg.stages):
            session.promote()
    torch.save(session.walker.state_dict(), cfg.root / "walker_final.pth")


if __name__ == "__main__":
    main()
