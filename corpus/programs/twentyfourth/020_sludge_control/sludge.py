from dataclasses import dataclass
from typing import List, NamedTuple

import numpy as np
import torch
import torch.nn as nn


@dataclass
class Config:
    days: int = 3000
    batch_days: int = 8
    lstm: int = 40
    lr: float = 2e-3
    steps_per_day: int = 96
    entropy: float = 0.01


class Plant:
    """Two tanks in series; the controller sees only the effluent sensor, with a dead time of four samples."""

    PUMPS = (0.0, 0.5, 1.0)

    def __init__(self, cfg: Config, rng: np.random.Generator):
        self.cfg, self.rng = cfg, rng

    def reset(self) -> np.ndarray:
        self.c = self.rng.uniform(1, 6, 2)
        self.delay = [self.c[1]] * 4
        self.t = 0
        self.inflow = self.rng.uniform(0.6, 1.4)
        return self._sensor()

    def _sensor(self) -> np.ndarray:
        return np.array([self.delay[0] / 10, self.t / self.cfg.steps_per_day], dtype=np.float32)

    def step(self, pump: int):
        u = self.PUMPS[pump]
        self.inflow = float(np.clip(self.inflow + self.rng.normal(0, 0.05), 0.3, 2.5))
        self.c[0] += 0.2 * self.inflow - (0.05 + 0.15 * u) * self.c[0]
        self.c[1] += 0.1 * self.c[0] - (0.03 + 0.1 * u) * self.c[1]
        self.delay = self.delay[1:] + [self.c[1]]
        self.t += 1
        return self._sensor(), -abs(self.c[1] - 2.0) - 0.2 * u, self.t == self.cfg.steps_per_day


class Step(NamedTuple):
    logp: torch.Tensor
    entropy: torch.Tensor
    reward: float


class Controller(nn.Module):
    def __init__(self, cfg: Config):
        super().__init__()
        self.cfg = cfg
        self.cell = nn.LSTMCell(2, cfg.lstm)
        self.valve = nn.Linear(cfg.lstm, len(Plant.PUMPS))
        self.memory = None

    def begin_day(self) -> None:
        zeros = torch.zeros(1, self.cfg.lstm)
        self.memory = (zeros, zeros.clone())

    def decide(self, sensor: np.ndarray):
        self.memory = self.cell(torch.from_numpy(sensor).unsqueeze(0), self.memory)
        dist = torch.distributions.Categorical(logits=self.valve(self.memory[0]))
        pump = dist.sample()
        return pump.item(), dist.log_prob(pump), dist.entropy()


def simulate_day(plant: Plant, ctl: Controller) -> List[Step]:
    ctl.begin_day()
    sensor, over, day = plant.reset(), False, []
    while not over:
        pump, logp, entropy = ctl.decide(sensor)
        sensor, reward, over = plant.step(pump)
        day.append(Step(logp, entropy, reward))
    return day


def reinforce(batch: List[List[Step]], cfg: Config) -> torch.Tensor:
    gains = np.array([[s.reward for s in day] for day in batch])[:, ::-1].cumsum(1)[:, ::-1]
    adv = (gains - gains.mean(0)) / (gains.std(0) + 1e-6)
    loss = torch.zeros(())
    for day, weights in zip(batch, adv):
        for s, w in zip(day, weights):
            loss = loss - s.logp.sum() * float(w) - cfg.entropy * s.entropy.sum()
    return loss / adv.size


def main(cfg: Config = Config()) -> None:
    plant = Plant(cfg, np.random.default_rng(7))
    ctl = Controller(cfg)
    opt = torch.optim.Adam(ctl.parameters(), lr=cfg.lr)
    for k in range(cfg.days // cfg.batch_days):
        batch = [simulate_day(plant, ctl) for _ in range(cfg.batch_days)]
        loss = reinforce(batch, cfg)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(ctl.parameters(), 1.0)
        opt.step()
        if k % 10 == 0:
            mean = np.mean([sum(s.reward for s in day) for day in batch])
            print(f"batch {k}: mean daily reward {mean:.2f}")
    torch.save(ctl.state_dict(), "controller.pt")


if __name__ == "__main__":
    main()
