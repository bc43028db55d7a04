from dataclasses import dataclass
from typing import Tuple

import numpy as np
import torch
from torch import Tensor, nn


@dataclass
class Settings:
    pairs: int = 12
    std: float = 0.05
    lr: float = 0.02
    iterations: int = 150
    days: int = 3
    seed: int = 7


class LettuceHouse:
    """Hydroponic lettuce: lamps, pump and fan against a day/night cycle."""

    def __init__(self, days: int):
        self.horizon = days * 48
        self.t = 0

    def reset(self, seed: int) -> np.ndarray:
        self.rng = np.random.RandomState(seed)
        self.t = 0
        self.biomass = 1.0
        self.water = 0.5
        self.temp = self.rng.uniform(15, 21)
        return self._obs()

    def _obs(self) -> np.ndarray:
        phase = 2 * np.pi * (self.t % 48) / 48
        return np.array([self.water, self.temp / 30, np.sin(phase), np.cos(phase)], dtype=np.float32)

    def step(self, a: np.ndarray) -> Tuple[np.ndarray, float, bool]:
        lamp, pump, fan = np.clip(a, 0, 1)
        self.water = float(np.clip(self.water + 0.2 * pump - 0.06 - 0.05 * lamp, 0, 1))
        self.temp += 1.5 * lamp - 1.2 * fan + self.rng.normal(0, 0.2)
        growth = lamp * np.exp(-((self.temp - 22) / 6) ** 2) * min(1.0, 2 * self.water)
        self.biomass *= 1 + 0.02 * growth
        self.t += 1
        return self._obs(), float(growth - 0.2 * lamp - 0.05 * fan), self.t >= self.horizon


class Grower(nn.Module):
    def __init__(self, obs_dim: int = 4, act_dim: int = 3, cells: int = 10):
        super().__init__()
        self.lstm = nn.LSTMCell(obs_dim, cells)
        self.readout = nn.Linear(cells, act_dim)
        self.cells = cells
        self.carry: Tuple[Tensor, Tensor] = (torch.zeros(1, cells), torch.zeros(1, cells))

    def begin(self) -> None:
        self.carry = (torch.zeros(1, self.cells), torch.zeros(1, self.cells))

    @torch.no_grad()
    def act(self, obs: np.ndarray) -> np.ndarray:
        self.carry = self.lstm(torch.from_numpy(obs)[None], self.carry)
        return torch.sigmoid(self.readout(self.carry[0]))[0].numpy()

    def size(self) -> int:
        return sum(p.numel() for p in self.parameters())

    @torch.no_grad()
    def write(self, theta: np.ndarray) -> None:
        i = 0
        for p in self.parameters():
            n = p.numel()
            p.copy_(torch.as_tensor(theta[i:i + n], dtype=torch.float32).view_as(p))
            i += n


def fitness(grower: Grower, house: LettuceHouse, theta: np.ndarray, seed: int) -> float:
    grower.write(theta)
    grower.begin()
    obs = house.reset(seed)
    done, total = False, 0.0
    while not done:
        obs, r, done = house.step(grower.act(obs))
        total += r
    return total


def centred_ranks(x: np.ndarray) -> np.ndarray:
    r = np.empty(len(x))
    r[x.argsort()] = np.arange(len(x))
    return r / (len(x) - 1) - 0.5


def train(cfg: Settings) -> np.ndarray:
    rng = np.random.RandomState(cfg.seed)
    grower, house = Grower(), LettuceHouse(cfg.days)
    mean = rng.randn(grower.size()) * 0.1
    for it in range(cfg.iterations):
        eps = rng.randn(cfg.pairs, mean.size)
        noise = np.concatenate([eps, -eps])
        season = int(rng.randint(1 << 30))
        scores = np.array([fitness(grower, house, mean + cfg.std * e, season) for e in noise])
        grad = centred_ranks(scores) @ noise / (len(noise) * cfg.std)
        mean = mean + cfg.lr * grad
        if it % 10 == 0:
            print(it, "mean", scores.mean(), "centre", fitness(grower, house, mean, 12345))
    return mean


if __name__ == "__main__":
    best = train(Settings())
    np.save("lettuce_theta.npy", best)
