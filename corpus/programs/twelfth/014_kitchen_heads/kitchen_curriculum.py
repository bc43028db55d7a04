from __future__ import annotations

import copy
import random
from dataclasses import dataclass

import torch
from torch import nn
from torch.distributions import Categorical

RECIPES = ["toast", "omelette", "soup", "risotto"]


class Kitchen:
    """Do the steps of a recipe in the right order; the order card is shown once at the start."""

    def __init__(self, recipe: str, n_stations: int = 5):
        self.n_stations = n_stations
        self.length = 2 + 2 * RECIPES.index(recipe)

    def reset(self) -> torch.Tensor:
        self.card = [random.randrange(self.n_stations) for _ in range(self.length)]
        self.shown, self.done_steps, self.t = 0, 0, 0
        return self._obs()

    def _obs(self) -> torch.Tensor:
        x = torch.zeros(self.n_stations + 2)
        if self.shown < self.length:
            x[self.card[self.shown]] = 1.0
        else:
            x[self.n_stations] = 1.0
        x[-1] = self.done_steps / self.length
        return x

    def step(self, station: int):
        self.t += 1
        if self.shown < self.length:
            self.shown += 1
            return self._obs(), 0.0, False
        good = station == self.card[self.done_steps]
        self.done_steps += int(good)
        finished = self.done_steps == self.length
        return self._obs(), (0.5 if good else -0.2) + (1.0 if finished else 0.0), finished or self.t > 6 * self.length


class Memory(nn.Module):
    """The part all recipes share."""

    def __init__(self, n_in: int, width: int):
        super().__init__()
        self.width = width
        self.gru = nn.GRUCell(n_in, width)

    def forward(self, x, h):
        return self.gru(x, h)


def make_head(width: int, n_out: int) -> nn.Module:
    return nn.Sequential(nn.Linear(width, 64), nn.ReLU(), nn.Linear(64, n_out + 1))


@dataclass
class Stage:
    recipe: str
    passed: bool = False
    success: float = 0.0


class Cook:
    def __init__(self, n_stations: int = 5, width: int = 96):
        self.n_stations = n_stations
        self.memory = Memory(n_stations + 2, width)
        self.head = make_head(width, n_stations)
        self.saved_heads: dict[str, dict] = {}
        self.opt = torch.optim.Adam([*self.memory.parameters(), *self.head.parameters()], lr=1e-3)

    def put_away(self, recipe: str) -> None:
        self.saved_heads[recipe] = copy.deepcopy(self.head.state_dict())

    def take_out(self, recipe: str) -> None:
        if recipe in self.saved_heads:
            self.head.load_state_dict(self.saved_heads[recipe])

    def episode(self, env: Kitchen, train: bool) -> float:
        obs = env.reset()
        h = torch.zeros(1, self.memory.width)
        rows, done = [], False
        with torch.set_grad_enabled(train):
            while not done:
                h = self.memory(obs.unsqueeze(0), h)
                out = self.head(h)[0]
                dist = Categorical(logits=out[:-1])
                station = dist.sample()
                obs, reward, done = env.step(station.item())
                rows.append((dist.log_prob(station), out[-1], reward, dist.entropy()))
        if train:
            self.update(rows)
        return float(env.done_steps == env.length)

    def update(self, rows, gamma: float = 0.95) -> None:
        ret, loss = 0.0, 0.0
        for logp, value, reward, entropy in reversed(rows):
            ret = reward + gamma * ret
            adv = ret - value
            loss = loss - logp * adv.detach() + 0.5 * adv ** 2 - 0.02 * entropy
        self.opt.zero_grad()
        (loss / len(rows)).backward()
        self.opt.step()


def main() -> None:
    cook = Cook()
    stages = [Stage(r) for r in RECIPES]
    for rnd in range(400):
        unlocked = [s for i, s in enumerate(stages) if i == 0 or stages[i - 1].passed]
        stage = random.choice(unlocked)
        env = Kitchen(stage.recipe, cook.n_stations)
        cook.take_out(stage.recipe)
        for _ in range(100):
            cook.episode(env, train=True)
        stage.success = sum(cook.episode(env, train=False) for _ in range(50)) / 50
        stage.passed = stage.passed or stage.success > 0.8
        cook.put_away(stage.recipe)
        if rnd % 10 == 0:
            print(rnd, {s.recipe: round(s.success, 2) for s in stages})
    torch.save({"memory": cook.memory.state_dict(), "heads": cook.saved_heads}, "kitchen.pt")


if __name__ == "__main__":
    main()
