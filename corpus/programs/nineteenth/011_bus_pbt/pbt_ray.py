"""Population based training of dispatchers for the city bus fleet."""
import argparse
import random
from typing import Any, Dict, Tuple

import numpy as np
import ray
import torch
from torch import nn

N_LINES = 5


class BusCity:
    """Buses wait at the depot, one decision a minute: to which line (or none) the next one is sent.
    Demand follows the clock; the simulation runs from day to day."""

    def __init__(self, fleet: int, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.fleet = fleet

    def start(self) -> np.ndarray:
        self.minute = 300
        self.idle = self.fleet
        self.out: list = []
        self.queue = np.zeros(N_LINES)
        return self.view()

    def view(self) -> np.ndarray:
        a = 2 * np.pi * self.minute / 1440
        return np.array([*np.tanh(self.queue / 50), self.idle / self.fleet, np.sin(a), np.cos(a)], dtype=np.float32)

    def send(self, line: int) -> Tuple[np.ndarray, float]:
        rush = 1 + 2 * np.exp(-(((self.minute - 480) / 60) ** 2)) + 2 * np.exp(-(((self.minute - 1050) / 80) ** 2))
        self.queue += self.rng.poisson(0.8 * rush, N_LINES)
        cost = 0.0
        if line < N_LINES and self.idle > 0:
            self.idle -= 1
            self.out.append(40)
            self.queue[line] = max(0, self.queue[line] - 60)
            cost = 0.5
        self.out = [m - 1 for m in self.out]
        self.idle += sum(m == 0 for m in self.out)
        self.out = [m for m in self.out if m > 0]
        self.minute = (self.minute + 1) % 1440
        return self.view(), -float(self.queue.sum()) / 200 - cost


class Dispatcher(nn.Module):
    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.gru = nn.GRU(N_LINES + 3, width)
        self.pi = nn.Linear(width, N_LINES + 1)
        self.v = nn.Linear(width, 1)

    def forward(self, x, h):
        y, h = self.gru(x, h)
        return self.pi(y), self.v(y).squeeze(-1), h


@ray.remote(num_cpus=1)
class Member:
    def __init__(self, idx: int, hp: Dict[str, float]) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(idx)
        self.city = BusCity(fleet=40, seed=idx)
        self.net = Dispatcher()
        self.hidden = torch.zeros(1, 1, 64)
        self.view = self.city.start()
        self.set_hp(hp)

    def set_hp(self, hp: Dict[str, float]) -> None:
        self.hp = hp
        self.opt = torch.optim.Adam(self.net.parameters(), lr=hp["lr"])

    def train(self, updates: int, length: int = 60) -> float:
        scores = []
        for _ in range(updates):
            self.hidden = self.hidden.detach()
            lps, vs, rs, ents = [], [], [], []
            for _ in range(length):
                logits, v, self.hidden = self.net(torch.from_numpy(self.view).view(1, 1, -1), self.hidden)
                dist = torch.distributions.Categorical(logits=logits)
                a = dist.sample()
                self.view, r = self.city.send(a.item())
                lps.append(dist.log_prob(a)), vs.append(v), ents.append(dist.entropy()), rs.append(r)
            g, targets = vs[-1].item(), []
            for r in reversed(rs):
                g = r + self.hp["gamma"] * g
                targets.append(g)
            target = torch.tensor(targets[::-1])
            v = torch.cat(vs).view(-1)
            loss = -(torch.cat(lps).view(-1) * (target - v.detach())).mean() + 0.5 * (target - v).pow(2).mean()
            loss = loss - self.hp["entropy"] * torch.cat(ents).mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            self.opt.step()
            scores.append(np.mean(rs))
        return float(np.mean(scores))

    def export(self) -> Tuple[Dict[str, Any], Dict[str, float]]:
        return {k: v.cpu().numpy().copy() for k, v in self.net.state_dict().items()}, dict(self.hp)

    def exploit(self, weights: Dict[str, Any], hp: Dict[str, float]) -> None:
        self.net.load_state_dict({k: torch.tensor(v) for k, v in weights.items()})
        self.set_hp({k: v * random.choice([0.8, 1.2]) if k != "gamma" else v for k, v in hp.items()})


def main() -> None:
    p = argparse.ArgumentParser()
    p.add_argument("--members", type=int, default=12)
    p.add_argument("--generations", type=int, default=300)
    p.add_argument("--updates", type=int, default=48)
    args = p.parse_args()
    ray.init()
    members = [
        Member.remote(i, {"lr": 10 ** random.uniform(-4, -3), "gamma": random.choice([0.97, 0.99]), "entropy": 0.01})
        for i in range(args.members)
    ]
    for gen in range(args.generations):
        scores = ray.get([m.train.remote(args.updates) for m in members])
        order = np.argsort(scores)
        k = max(1, args.members // 4)
        for low, high in zip(order[:k], order[-k:]):
            weights, hp = ray.get(members[high].export.remote())
            ray.get(members[low].exploit.remote(weights, hp))
        print(f"gen {gen}: best {max(scores):.3f} median {np.median(scores):.3f}")
    weights, _ = ray.get(members[int(order[-1])].export.remote())
    np.savez("dispatcher.npz", **weights)


if __name__ == "__main__":
    main()
