from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from market import BatteryFleet


class Trader(nn.Module):
    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.width = width
        self.embed = nn.Linear(BatteryFleet.OBS, width)
        self.lstm = nn.LSTMCell(width, width)
        self.pi = nn.Linear(width, BatteryFleet.ACTIONS)
        self.v = nn.Linear(width, 1)

    def forward(self, obs: Tensor, core: tuple[Tensor, Tensor]):
        core = self.lstm(torch.relu(self.embed(obs)), core)
        return Categorical(logits=self.pi(core[0])), self.v(core[0]).squeeze(-1), core

    def blank(self, n: int) -> tuple[Tensor, Tensor]:
        return torch.zeros(n, self.width), torch.zeros(n, self.width)


@dataclass
class Member:
    tag: int
    fleet: BatteryFleet
    net: Trader
    lr: float
    entropy: float
    opt: torch.optim.Optimizer = field(init=False)
    obs: Tensor = field(init=False)
    core: tuple[Tensor, Tensor] = field(init=False)
    profit: float = -math.inf

    def __post_init__(self) -> None:
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.obs = self.fleet.reset()
        self.core = self.net.blank(self.fleet.n)

    def segment(self, steps: int) -> float:
        logps, vals, rews, dones, ents = [], [], [], [], []
        core = (self.core[0].detach(), self.core[1].detach())
        for _ in range(steps):
            dist, val, core = self.net(self.obs, core)
            act = dist.sample()
            self.obs, rew, done = self.fleet.step(act)
            alive = (~done).float().unsqueeze(1)
            core = (core[0] * alive, core[1] * alive)
            for xs, x in zip((logps, vals, rews, dones, ents), (dist.log_prob(act), val, rew, done, dist.entropy())):
                xs.append(x)
        self.core = core
        with torch.no_grad():
            ret = self.net(self.obs, core)[1]
        loss = torch.zeros(())
        for t in reversed(range(steps)):
            ret = rews[t] + 0.995 * ret * (~dones[t]).float()
            adv = ret - vals[t]
            loss = loss + (-logps[t] * adv.detach() + 0.5 * adv**2 - self.entropy * ents[t]).mean()
        self.opt.zero_grad()
        (loss / steps).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        return torch.stack(rews).mean().item()


@dataclass
class Population:
    members: list[Member]
    rng: random.Random
    quantile: float = 0.25

    def exploit(self) -> None:
        order = sorted(self.members, key=lambda m: m.profit)
        k = max(1, int(len(order) * self.quantile))
        for weak in order[:k]:
            strong = self.rng.choice(order[-k:])
            weak.net.load_state_dict(strong.net.state_dict())
            weak.lr = strong.lr * self.rng.choice((0.8, 1.25))
            weak.entropy = strong.entropy * self.rng.choice((0.8, 1.25))
            weak.opt = torch.optim.Adam(weak.net.parameters(), lr=weak.lr)
            weak.profit = strong.profit
            print(f"  {weak.tag} <- {strong.tag} lr={weak.lr:.2e}")

    def generation(self, segments: int, steps: int) -> None:
        for m in self.members:
            got = [m.segment(steps) for _ in range(segments)]
            recent = sum(got) / len(got)
            m.profit = recent if math.isinf(m.profit) else 0.7 * m.profit + 0.3 * recent


def main(size: int = 8, generations: int = 200) -> None:
    rng = random.Random(3)
    pop = Population(
        [
            Member(i, BatteryFleet(32, 100 + i), Trader(), 10 ** rng.uniform(-4, -2.5), 10 ** rng.uniform(-3, -1.5))
            for i in range(size)
        ],
        rng,
    )
    for g in range(generations):
        pop.generation(segments=5, steps=24)
        print(g, " ".join(f"{m.profit:+.3f}" for m in pop.members))
        if g >= 5:
            pop.exploit()
    best = max(pop.members, key=lambda m: m.profit)
    torch.save(best.net.state_dict(), "trader.pt")


if __name__ == "__main__":
    main()
