import copy
import random
from collections import deque

import torch
import torch.nn as nn

from table import Match


class BluffNet(nn.Module):
    def __init__(self, n_obs=6, n_act=3, size=48):
        super().__init__()
        self.size = size
        self.inp = nn.Linear(n_obs, size)
        self.gru = nn.GRUCell(size, size)
        self.out = nn.Linear(size, n_act)

    def forward(self, obs, h):
        h = self.gru(torch.tanh(self.inp(obs)), h)
        return self.out(h), h


def sit_down(net, tape=None):
    """A seat for one match. What it has seen of the opponent lives in this generator."""
    h = torch.zeros(1, net.size)
    act = None
    while True:
        obs = yield act
        x = torch.tensor([obs])
        if tape is None:
            with torch.no_grad():
                logits, h = net(x, h)
        else:
            logits, h = net(x, h)
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        if tape is not None:
            tape.append(dist.log_prob(a))
        act = int(a)


def primed(gen):
    next(gen)
    return gen


def train(matches=20_000, keep_every=400):
    net = BluffNet()
    ghost = BluffNet()
    for p in ghost.parameters():
        p.requires_grad_(False)
    opt = torch.optim.Adam(net.parameters(), 1e-3)
    past = deque([copy.deepcopy(net.state_dict())], maxlen=40)
    baseline = 0.0
    won = deque(maxlen=500)
    for m in range(matches):
        ghost.load_state_dict(random.choice(past))
        tape = []
        seats = [primed(sit_down(net, tape)), primed(sit_down(ghost))]
        bank, _ = Match().play(seats)
        for s in seats:
            s.close()
        adv = bank / 10.0 - baseline
        baseline += 0.01 * adv
        loss = -adv * torch.cat(tape).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        won.append(bank > 0)
        if (m + 1) % keep_every == 0:
            past.append(copy.deepcopy(net.state_dict()))
            print(f"match {m + 1}: won {sum(won) / len(won):.2%} of the last {len(won)}")
    return net


def exploitability_probe(net, rivals, matches=200):
    other = BluffNet()
    table = {}
    for name, weights in rivals.items():
        other.load_state_dict(weights)
        total = 0
        for _ in range(matches):
            total += Match().play([primed(sit_down(net)), primed(sit_down(other))])[0]
        table[name] = total / matches
    return table


if __name__ == "__main__":
    champion = train()
    torch.save(champion.state_dict(), "bluff.pt")
    fresh = {f"random{i}": BluffNet().state_dict() for i in range(3)}
    print(exploitability_probe(champion, fresh))
