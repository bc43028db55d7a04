import copy
import random
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical

from world import Meadow


class Brain(nn.Module):
    def __init__(self, n_in=4, n_hid=24, n_out=5):
        super().__init__()
        self.n_hid = n_hid
        self.w = nn.Linear(n_in + n_hid, 2 * n_hid)
        self.cand = nn.Linear(n_in + n_hid, n_hid)
        self.act = nn.Linear(n_hid, n_out)

    def forward(self, x, h):
        z, r = torch.sigmoid(self.w(torch.cat([x, h], -1))).chunk(2, -1)
        n = torch.tanh(self.cand(torch.cat([x, r * h], -1)))
        h = (1 - z) * n + z * h
        return Categorical(logits=self.act(h)), h


@dataclass
class Species:
    kind: str
    count: int
    brain: Brain = field(default_factory=Brain)
    hall: list = field(default_factory=list)
    learning: bool = False

    def __post_init__(self):
        self.h = torch.zeros(self.count, self.brain.n_hid)
        self.opt = torch.optim.Adam(self.brain.parameters(), lr=1e-3)

    def induct(self):
        self.hall.append(copy.deepcopy(self.brain.state_dict()))

    def call_up(self):
        """Someone from the hall of fame plays against the species that is learning."""
        self.brain.load_state_dict(random.choice(self.hall))

    def back_to_work(self):
        self.brain.load_state_dict(self.hall[-1])


def rollout(world, species, ticks):
    learner = next(s for s in species.values() if s.learning)
    learner.h = learner.h.detach()
    logp, rew, alive = [], [], []
    for _ in range(ticks):
        acts = {}
        for k, s in species.items():
            x = torch.from_numpy(world.observe(k))
            with torch.set_grad_enabled(s.learning):
                dist, s.h = s.brain(x, s.h)
            a = dist.sample()
            acts[k] = a.numpy()
            if s.learning:
                logp.append(dist.log_prob(a))
        reward, dead = world.tick(acts)
        for k, s in species.items():
            s.h = s.h * torch.from_numpy(~dead[k]).float()[:, None]
        rew.append(torch.from_numpy(reward[learner.kind]))
        alive.append(torch.from_numpy(~dead[learner.kind]).float())
    ret, out = torch.zeros(learner.count), []
    for r, m in zip(reversed(rew), reversed(alive)):
        ret = r + 0.95 * m * ret
        out.insert(0, ret)
    out = torch.stack(out)
    adv = (out - out.mean()) / (out.std() + 1e-6)
    loss = -(torch.stack(logp) * adv).mean()
    learner.opt.zero_grad()
    loss.backward()
    learner.opt.step()
    return float(np.mean([r.mean().item() for r in rew]))


def main(phases=200, rollouts=50, ticks=30):
    world = Meadow()
    species = {k: Species(k, n) for k, n in world.n.items()}
    for s in species.values():
        s.induct()
    for phase in range(phases):
        learner, rival = ("hare", "lynx") if phase % 2 == 0 else ("lynx", "hare")
        species[learner].learning, species[rival].learning = True, False
        species[learner].back_to_work()
        for i in range(rollouts):
            if i % 10 == 0:
                species[rival].call_up()
            score = rollout(world, species, ticks)
        species[learner].induct()
        print(f"phase {phase} {learner}: {score:.4f}")
    torch.save({k: s.hall for k, s in species.items()}, "halls.pt")


if __name__ == "__main__":
    main()
