import copy
import logging

import torch
import torch.nn.functional as F

from .policy import MetaPolicy
from .tasks import DriftingBandits

log = logging.getLogger(__name__)


class Entrant:
    def __init__(self, name, n, arms, lr):
        self.name = name
        self.tasks = DriftingBandits(n, arms)
        self.policy = MetaPolicy(arms)
        self.opt = torch.optim.Adam(self.policy.parameters(), lr=lr)
        self.a, self.r = torch.zeros(n, arms), torch.zeros(n)
        self.mean = 0.0

    def season(self, updates, unroll=20):
        for _ in range(updates):
            self.policy.memory.detach()
            tape = []
            for _ in range(unroll):
                dist, v = self.policy(self.a, self.r)
                act = dist.sample()
                r, over = self.tasks.pull(act)
                keep = (~over).float()
                self.policy.memory.mask(keep)
                self.a = F.one_hot(act, self.tasks.arms).float() * keep.unsqueeze(-1)
                self.r = r * keep
                tape.append((dist.log_prob(act), dist.entropy(), v, r, keep))
            ret, loss = tape[-1][2].detach(), 0.0
            for lp, ent, v, r, keep in reversed(tape):
                ret = r + 0.95 * ret * keep
                adv = ret - v
                loss = loss + (0.5 * adv**2 - adv.detach() * lp - 0.02 * ent).mean()
                self.mean = 0.999 * self.mean + 0.001 * r.mean().item()
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()


class Tournament:
    def __init__(self, entrants):
        self.entrants = entrants

    def run(self, seasons, updates):
        for s in range(seasons):
            for e in self.entrants:
                e.season(updates)
            self.entrants.sort(key=lambda e: e.mean)
            worst, best = self.entrants[0], self.entrants[-1]
            worst.policy.load_state_dict(copy.deepcopy(best.policy.state_dict()))
            worst.opt.load_state_dict(copy.deepcopy(best.opt.state_dict()))
            worst.mean = best.mean
            log.info("season %d: %s %.3f, replaces %s", s, best.name, best.mean, worst.name)
        return self.entrants[-1]
