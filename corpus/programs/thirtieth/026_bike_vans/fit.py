from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from city import City


class Carry(NamedTuple):
    h: Tensor
    c: Tensor


class Dispatcher(nn.Module):
    def __init__(self, width: int = 48) -> None:
        super().__init__()
        self.width = width
        self.cell = nn.LSTMCell(6, width)
        self.pi = nn.Linear(width, 8)

    def start(self) -> Carry:
        return Carry(torch.zeros(1, self.width), torch.zeros(1, self.width))

    def forward(self, obs: Tensor, carry: Carry) -> tuple[Tensor, Carry]:
        carry = Carry(*self.cell(obs, carry))
        return self.pi(carry.h), carry


def run_day(net: Dispatcher, city: City, explore: bool) -> tuple[float, list[Tensor], list[float]]:
    obs, over = city.morning(), False
    carry = net.start()
    logps, rewards = [], []
    while not over:
        logits, carry = net(torch.from_numpy(obs)[None], carry)
        dist = torch.distributions.Categorical(logits=logits)
        act = dist.sample() if explore else logits.argmax(-1)
        logps.append(dist.log_prob(act))
        obs, reward, over = city.step(int(act))
        rewards.append(reward)
    return sum(rewards), logps, rewards


@torch.no_grad()
def validate(net: Dispatcher, days: int = 20) -> float:
    return float(np.mean([run_day(net, City(seed=10_000 + d), explore=False)[0] for d in range(days)]))


def update(opt: torch.optim.Optimizer, logps: list[Tensor], rewards: list[float], base: float) -> None:
    togo = np.cumsum(rewards[::-1])[::-1].copy()
    adv = torch.tensor(togo - base * np.linspace(1, 0, len(togo)), dtype=torch.float32)
    loss = -(torch.cat(logps) * adv / 50).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--days", type=int, default=3000)
    ap.add_argument("--every", type=int, default=50)
    ap.add_argument("--patience", type=int, default=8)
    ap.add_argument("--out", type=Path, default=Path("best_dispatcher.pt"))
    args = ap.parse_args()

    city, net = City(seed=1), Dispatcher()
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    base, best, waited = -60.0, -np.inf, 0
    for day in range(args.days):
        total, logps, rewards = run_day(net, city, explore=True)
        update(opt, logps, rewards, base)
        base += 0.05 * (total - base)
        if day % args.every:
            continue
        score = validate(net)
        print(f"{day:5d} lost rides per day {-score:.1f}")
        if score > best:
            best, waited = score, 0
            torch.save(net.state_dict(), args.out)
        else:
            waited += 1
            if waited > args.patience:
                break

    net.load_state_dict(torch.load(args.out))
    with torch.no_grad():
        test = [run_day(net, City(seed=20_000 + d), explore=False)[0] for d in range(100)]
    print(f"test: {-np.mean(test):.1f} lost rides per day (validation {-best:.1f})")


if __name__ == "__main__":
    main()
