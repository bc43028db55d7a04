from __future__ import annotations

import random
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from building import Building

HIDDEN = 64
N_SITES = 12


class GroupController(nn.Module):
    def __init__(self, n_in: int, floors: int) -> None:
        super().__init__()
        self.rnn = nn.GRU(n_in, HIDDEN)
        self.policy = nn.Linear(HIDDEN, floors)
        self.critic = nn.Linear(HIDDEN, 1)

    def step(self, views: Tensor, memory: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        out, memory = self.rnn(views.unsqueeze(0), memory)
        return self.policy(out[0]), self.critic(out[0])[:, 0], memory


@dataclass
class Worker:
    name: str
    controller: GroupController
    sites: list[Building]
    lr: float
    views: Tensor
    memory: Tensor
    score: float = 0.0

    @property
    def optimiser(self) -> torch.optim.Optimizer:
        if not hasattr(self, "_opt"):
            self._opt = torch.optim.RMSprop(self.controller.parameters(), lr=self.lr)
        return self._opt


def open_sites(sites: list[Building]) -> tuple[Tensor, Tensor]:
    return torch.stack([s.restart() for s in sites]), torch.zeros(1, len(sites), HIDDEN)


def hire(name: str) -> Worker:
    sites = [Building() for _ in range(N_SITES)]
    views, memory = open_sites(sites)
    controller = GroupController(views.shape[1], sites[0].floors)
    return Worker(name, controller, sites, 10 ** random.uniform(-4, -3), views, memory)


def run_shift(w: Worker, length: int = 40, gamma: float = 0.98) -> None:
    memory = w.memory.detach()
    trace = []
    for k in range(length):
        logits, value, memory = w.controller.step(w.views, memory)
        dist = torch.distributions.Categorical(logits=logits)
        target = dist.sample()
        rewards, over, views = [], [], []
        for site, t in zip(w.sites, target.tolist()):
            view, r, end = site.advance(t, car=k % site.cars)
            views.append(site.restart() if end else view)
            rewards.append(r)
            over.append(float(end))
        alive = 1.0 - torch.tensor(over)
        memory = memory * alive.view(1, -1, 1)
        w.views = torch.stack(views)
        trace.append((dist.log_prob(target), value, torch.tensor(rewards), alive))
    w.memory = memory.detach()

    with torch.no_grad():
        ret = w.controller.step(w.views, w.memory)[1]
    loss = torch.zeros(())
    for logp, value, reward, alive in reversed(trace):
        ret = reward + gamma * alive * ret
        adv = ret - value
        loss = loss + (-logp * adv.detach() + 0.5 * adv ** 2).mean()
    w.optimiser.zero_grad()
    (loss / length).backward()
    w.optimiser.step()
    w.score = 0.95 * w.score + 0.05 * float(torch.stack([t[2] for t in trace]).mean())


def replace_worker(loser: Worker, winner: Worker) -> None:
    with torch.no_grad():
        for mine, theirs in zip(loser.controller.parameters(), winner.controller.parameters()):
            mine.copy_(theirs)
    loser.lr = winner.lr * random.choice((0.7, 1.4))
    for group in loser.optimiser.param_groups:
        group["lr"] = loser.lr
    loser.score = winner.score
    loser.views, loser.memory = open_sites(loser.sites)


def main(generations: int = 60, shifts: int = 50) -> None:
    staff = [hire(f"w{i}") for i in range(6)]
    for g in range(generations):
        for w in staff:
            for _ in range(shifts):
                run_shift(w)
        staff.sort(key=lambda w: w.score, reverse=True)
        print(g, [(w.name, round(w.score, 3)) for w in staff])
        for loser, winner in zip(staff[-2:], staff[:2]):
            replace_worker(loser, winner)
    torch.save(staff[0].controller.state_dict(), "group_controller.pt")


if __name__ == "__main__":
    main()
