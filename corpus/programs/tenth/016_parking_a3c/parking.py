"""Asynchronous actor-critic for a parking-garage guide: cars ask for a level, occupancy is only seen when a car leaves."""
import os
from typing import List, NamedTuple

import numpy as np
import torch
import torch.multiprocessing as mp
from torch import Tensor, nn

LEVELS, CAPACITY, CARS = 3, 10, 120


class Garage:
    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def reset(self) -> Tensor:
        self.cars, self.used = 0, np.zeros(LEVELS, dtype=int)
        return self._message(None)

    def _message(self, leaving) -> Tensor:
        m = torch.zeros(1, LEVELS + 1)
        if leaving is not None:
            m[0, leaving] = 1
        m[0, -1] = self.cars / CARS
        return m

    def step(self, level: int):
        self.cars += 1
        full = self.used[level] >= CAPACITY
        if not full:
            self.used[level] += 1
        leaving = None
        if self.used.sum() and self.rng.random() < 0.8:
            leaving = int(self.rng.choice(LEVELS, p=self.used / self.used.sum()))
            self.used[leaving] -= 1
        return self._message(leaving), (-1.0 if full else 0.1), self.cars >= CARS


class Guide(nn.Module):
    def __init__(self, width: int = 40) -> None:
        super().__init__()
        self.gru = nn.GRU(LEVELS + 1, width)
        self.actor = nn.Linear(width, LEVELS)
        self.critic = nn.Linear(width, 1)

    def forward(self, m: Tensor, h: Tensor):
        y, h = self.gru(m.unsqueeze(0), h)
        y = y.squeeze(0)
        return torch.distributions.Categorical(logits=self.actor(y)), self.critic(y), h

    def blank(self) -> Tensor:
        return torch.zeros(1, 1, self.gru.hidden_size)


class Sample(NamedTuple):
    logp: Tensor
    value: Tensor
    entropy: Tensor
    reward: float


def run_episode(net: Guide, garage: Garage) -> List[Sample]:
    out, done = [], False
    m, h = garage.reset(), net.blank()
    while not done:
        dist, value, h = net(m, h)
        a = dist.sample()
        m, r, done = garage.step(a.item())
        out.append(Sample(dist.log_prob(a), value, dist.entropy(), r))
    return out


def loss_of(samples: List[Sample], gamma: float = 0.97) -> Tensor:
    ret, loss = 0.0, torch.zeros(1, 1)
    for s in reversed(samples):
        ret = s.reward + gamma * ret
        adv = ret - s.value
        loss = loss + adv.pow(2) / 2 - s.logp * adv.detach() - 0.02 * s.entropy
    return loss.sum() / len(samples)


def worker(rank: int, central: Guide, lock, episodes: int, lr: float) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(100 + rank)
    net, garage = Guide(), Garage(rank)
    opt = torch.optim.SGD(central.parameters(), lr=lr)
    for ep in range(episodes):
        net.load_state_dict(central.state_dict())
        samples = run_episode(net, garage)
        grads = torch.autograd.grad(loss_of(samples), list(net.parameters()))
        with lock:
            for p, g in zip(central.parameters(), grads):
                p.grad = g
            opt.step()
        if rank == 0 and ep % 50 == 0:
            print(f"episode {ep} reward {sum(s.reward for s in samples):.1f}", flush=True)


def main() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    ctx = mp.get_context("spawn")
    central = Guide()
    central.share_memory()
    lock = ctx.Lock()
    procs = [ctx.Process(target=worker, args=(r, central, lock, 5000, 0.01)) for r in range(3)]
    [p.start() for p in procs]
    [p.join() for p in procs]
    torch.save(central.state_dict(), "guide.pt")


if __name__ == "__main__":
    main()
