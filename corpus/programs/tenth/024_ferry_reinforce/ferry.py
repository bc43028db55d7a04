"""A chain ferry decides at the landing whether to wait or to cross; trained with REINFORCE."""
from __future__ import annotations

import pathlib
import random
import sys

import torch
from torch import Tensor, nn


class Landing:
    def reset(self) -> Tensor:
        self.minute, self.aboard, self.other, self.side = 0, 0, random.randrange(5), 0
        self.rate = [random.uniform(0.05, 0.5), random.uniform(0.05, 0.5)]
        return self.view()

    def view(self) -> Tensor:
        return torch.tensor([[self.aboard / 10, float(self.side), self.minute / 240]])

    def step(self, cross: int) -> tuple[Tensor, float, bool]:
        reward = 0.0
        if cross:
            reward = self.aboard - 2.0
            self.minute += 8
            arrived = sum(random.random() < self.rate[self.side] for _ in range(8))
            self.side = 1 - self.side
            self.aboard, self.other = min(10, self.other), arrived
        else:
            self.minute += 1
            self.aboard = min(10, self.aboard + (random.random() < self.rate[self.side]))
            self.other = min(30, self.other + (random.random() < self.rate[1 - self.side]))
            reward = -0.05 * (self.aboard + self.other)
        return self.view(), reward / 10, self.minute >= 240


class Captain(nn.Module):
    h: Tensor
    c: Tensor

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.lstm = nn.LSTMCell(3, width)
        self.head = nn.Linear(width, 2)
        self.register_buffer("h", torch.zeros(1, width), persistent=False)
        self.register_buffer("c", torch.zeros(1, width), persistent=False)

    def start_trip(self) -> None:
        self.h = torch.zeros_like(self.h)
        self.c = torch.zeros_like(self.c)

    def forward(self, x: Tensor) -> Tensor:
        self.h, self.c = self.lstm(x, (self.h, self.c))
        return torch.log_softmax(self.head(self.h), dim=-1)


def day(landing: Landing, captain: Captain) -> tuple[Tensor, list[float]]:
    x, done = landing.reset(), False
    captain.start_trip()
    chosen, rewards = [], []
    while not done:
        logp = captain(x)
        a = torch.multinomial(logp.exp(), 1)
        x, r, done = landing.step(a.item())
        chosen.append(logp.gather(1, a))
        rewards.append(r)
    return torch.cat(chosen).squeeze(1), rewards


def main(days: int, path: pathlib.Path) -> None:
    captain = Captain()
    if path.exists():
        captain.load_state_dict(torch.load(path, weights_only=True))
    opt = torch.optim.Adam(captain.parameters(), lr=2e-3)
    landing = Landing()
    mean = 0.0
    for d in range(1, days + 1):
        logps, rewards = day(landing, captain)
        g, returns = 0.0, []
        for r in rewards[::-1]:
            g = r + 0.98 * g
            returns.append(g)
        returns = torch.tensor(returns[::-1])
        adv = (returns - returns.mean()) / (returns.std() + 1e-6)
        loss = -(logps * adv).sum()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(captain.parameters(), 5.0)
        opt.step()
        mean += 0.02 * (sum(rewards) - mean)
        if d % 250 == 0:
            print(f"day {d} takings {mean:.2f}")
            torch.save(captain.state_dict(), path)


if __name__ == "__main__":
    main(int(sys.argv[1]), pathlib.Path(sys.argv[2]))
