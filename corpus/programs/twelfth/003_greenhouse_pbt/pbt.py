import random
from collections import deque
from dataclasses import dataclass, field
from statistics import mean

import torch
import torch.nn.functional as F
from torch import nn

from greenhouse import Greenhouse

POPULATION = 8
CHUNK = 36          # steps between updates
READY = 50          # updates between tournaments
TOTAL_ROUNDS = 40


class ClimateNet(nn.Module):
    def __init__(self, hidden=48):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRUCell(Greenhouse.n_obs, hidden)
        self.actor = nn.Linear(hidden, Greenhouse.n_actions)
        self.critic = nn.Linear(hidden, 1)

    def start(self):
        return torch.zeros(1, self.hidden)

    def forward(self, x, h):
        h = self.gru(x, h)
        return self.actor(h), self.critic(h)[:, 0], h


@dataclass
class Member:
    idx: int
    net: ClimateNet
    opt: torch.optim.Optimizer
    env: Greenhouse
    lr: float
    ent: float
    obs: list = field(default_factory=list)
    h: torch.Tensor = None
    ep_return: float = 0.0
    returns: deque = field(default_factory=lambda: deque(maxlen=10))

    @property
    def score(self):
        return mean(self.returns) if self.returns else float("-inf")


def make_member(idx):
    lr = 10 ** random.uniform(-4, -2.5)
    net = ClimateNet()
    env = Greenhouse(seed=idx)
    m = Member(idx, net, torch.optim.Adam(net.parameters(), lr=lr), env, lr, 10 ** random.uniform(-3, -1.5))
    m.obs, m.h = env.reset(), net.start()
    return m


def update(m):
    logps, values, rewards, alive, ents = [], [], [], [], []
    for _ in range(CHUNK):
        logits, v, m.h = m.net(torch.tensor([m.obs]), m.h)
        logp = F.log_softmax(logits, dim=-1)
        a = torch.multinomial(logp.exp(), 1).item()
        m.obs, r, done = m.env.step(a)
        m.ep_return += r
        logps.append(logp[0, a])
        ents.append(-(logp.exp() * logp).sum())
        values.append(v[0])
        rewards.append(r)
        alive.append(0.0 if done else 1.0)
        if done:
            m.returns.append(m.ep_return)
            m.ep_return = 0.0
            m.obs, m.h = m.env.reset(), m.net.start()
    with torch.no_grad():
        g = m.net(torch.tensor([m.obs]), m.h)[1][0]
    loss = 0.0
    for logp, v, r, k, e in reversed(list(zip(logps, values, rewards, alive, ents))):
        g = r + 0.99 * k * g
        adv = g - v
        loss = loss - logp * adv.detach() + 0.5 * adv ** 2 - m.ent * e
    m.opt.zero_grad()
    (loss / CHUNK).backward()
    nn.utils.clip_grad_norm_(m.net.parameters(), 0.5)
    m.opt.step()
    m.h = m.h.detach()


def tournament(members):
    """Random pairs; the loser of a pair becomes a mutated copy of the winner."""
    order = random.sample(members, len(members))
    for a, b in zip(order[::2], order[1::2]):
        winner, loser = (a, b) if a.score >= b.score else (b, a)
        if loser.score == winner.score:
            continue
        loser.net.load_state_dict(winner.net.state_dict())
        loser.opt.load_state_dict(winner.opt.state_dict())
        loser.lr = winner.lr * random.choice([0.8, 1.25])
        loser.ent = winner.ent * random.choice([0.8, 1.25])
        for group in loser.opt.param_groups:
            group["lr"] = loser.lr
        loser.obs = loser.env.reset()
        loser.h = loser.net.start()
        loser.ep_return = 0.0
        loser.returns.clear()
        print(f"  {winner.idx} -> {loser.idx} (lr {loser.lr:.2e}, ent {loser.ent:.2e})")


def main():
    members = [make_member(i) for i in range(POPULATION)]
    for rnd in range(TOTAL_ROUNDS):
        for m in members:
            for _ in range(READY):
                update(m)
        best = max(members, key=lambda m: m.score)
        print(f"round {rnd}: best member {best.idx} {best.score:.1f}")
        tournament(members)
    best = max(members, key=lambda m: m.score)
    torch.save(best.net.state_dict(), "greenhouse_best.pt")


if __name__ == "__main__":
    main()
