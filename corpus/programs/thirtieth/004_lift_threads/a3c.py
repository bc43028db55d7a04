"""Asynchronous actor-critic with threads: `python a3c.py 8`."""
import sys
import threading
from typing import List, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from lift import LiftShaft

GAMMA = 0.985
CHUNK = 30
EPISODES = 5000


class Dispatcher(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = 96
        self.inp = nn.Sequential(nn.Linear(width, 96), nn.Tanh())
        self.cell = nn.GRUCell(96, self.width)
        self.move = nn.Linear(self.width, 3)
        self.worth = nn.Linear(self.width, 1)

    def forward(self, look: Tensor, belief: Optional[Tensor]) -> Tuple[Categorical, Tensor, Tensor]:
        belief = self.cell(self.inp(look), belief)
        return Categorical(logits=self.move(belief)), self.worth(belief).squeeze(-1), belief


class Shared:
    def __init__(self, width: int) -> None:
        self.net = Dispatcher(width)
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=7e-4, alpha=0.99, eps=0.1)
        self.lock = threading.Lock()
        self.finished = 0
        self.average = 0.0

    def apply(self, grads: List[Tensor]) -> None:
        with self.lock:
            for p, g in zip(self.net.parameters(), grads):
                p.grad = g
            nn.utils.clip_grad_norm_(self.net.parameters(), 40.0)
            self.opt.step()

    def copy_into(self, net: Dispatcher) -> None:
        with self.lock:
            net.load_state_dict(self.net.state_dict())

    def report(self, total: float) -> None:
        with self.lock:
            self.finished += 1
            self.average += 0.02 * (total - self.average)
            if self.finished % 50 == 0:
                print(self.finished, round(self.average, 2))


class Worker(threading.Thread):
    def __init__(self, shared: Shared, number: int) -> None:
        super().__init__(daemon=True)
        self.shared = shared
        self.env = LiftShaft(seed=number)
        self.net = Dispatcher(self.env.width)

    def run(self) -> None:
        while self.shared.finished < EPISODES:
            self.shared.copy_into(self.net)
            self.shared.report(self.episode())

    def episode(self) -> float:
        look, belief, done, total = self.env.reset(), None, False, 0.0
        while not done:
            logps, values, rewards, ents = [], [], [], []
            for _ in range(CHUNK):
                dist, worth, belief = self.net(torch.tensor([look]), belief)
                move = dist.sample()
                look, reward, done = self.env.step(int(move))
                logps.append(dist.log_prob(move))
                values.append(worth)
                ents.append(dist.entropy())
                rewards.append(reward)
                total += reward
                if done:
                    break
            belief = belief.detach()
            with torch.no_grad():
                ret = torch.zeros(1) if done else self.net(torch.tensor([look]), belief)[1]
            loss = torch.zeros(1)
            for lp, v, r, e in zip(reversed(logps), reversed(values), reversed(rewards), reversed(ents)):
                ret = r + GAMMA * ret
                adv = ret - v
                loss = loss - lp * adv.detach() + 0.5 * adv.pow(2) - 0.005 * e
            self.shared.apply(list(torch.autograd.grad(loss.sum(), list(self.net.parameters()))))
        return total


def main() -> None:
    shared = Shared(LiftShaft().width)
    crew = [Worker(shared, n) for n in range(int(sys.argv[1]) if len(sys.argv) > 1 else 4)]
    for w in crew:
        w.start()
    for w in crew:
        w.join()
    torch.save(shared.net.state_dict(), "lift.pt")


if __name__ == "__main__":
    main()
