import random

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical

from leduc import LeducMatch


class PokerNet(nn.Module):
    def __init__(self, size=64):
        super().__init__()
        self.size = size
        self.inp = nn.Linear(LeducMatch.N_OBS, size)
        self.lstm = nn.LSTM(size, size)
        self.pi, self.v = nn.Linear(size, LeducMatch.N_ACT), nn.Linear(size, 1)

    def forward(self, x, hc):
        y, hc = self.lstm(torch.relu(self.inp(x)).view(1, 1, -1), hc)
        return Categorical(logits=self.pi(y[0])), self.v(y[0]).squeeze(-1), hc


class Player:
    def __init__(self, net):
        self.net = net
        self.sit_down()

    def sit_down(self):
        z = torch.zeros(1, 1, self.net.size)
        self.hc = (z, z.clone())
        self.trace = []

    def act(self, obs, learn):
        with torch.set_grad_enabled(learn):
            dist, v, self.hc = self.net(torch.from_numpy(obs), self.hc)
        a = dist.sample()
        if learn:
            self.trace.append((dist.log_prob(a), v, dist.entropy()))
        return a.item()

    def take_weights(self, weights):
        self.net.load_state_dict(weights)


class Pool:
    def __init__(self, size=25):
        self.size, self.items = size, []

    def put(self, net):
        self.items.append({k: v.clone() for k, v in net.state_dict().items()})
        self.items = self.items[-self.size:]

    def pick(self):
        return random.choice(self.items) if random.random() < 0.7 else self.items[-1]


def play_match(match, hero, villain, hero_seat):
    hero.sit_down()
    villain.sit_down()
    seat, obs = match.reset()
    over = False
    while not over:
        if seat == hero_seat:
            a = hero.act(obs, learn=True)
        else:
            a = villain.act(obs, learn=False)
        over = match.step(a)
        seat, obs = match.observe()
    return (match.stack[hero_seat] - match.start) / match.start


def main(matches=30000, batch=8, pool_every=400, swap_every=20):
    match, pool = LeducMatch(), Pool()
    hero, villain = Player(PokerNet()), Player(PokerNet())
    opt = torch.optim.Adam(hero.net.parameters(), lr=3e-4)
    pool.put(hero.net)
    losses, wins = [], []
    for m in range(matches):
        if m % swap_every == 0:
            villain.take_weights(pool.pick())
        gain = play_match(match, hero, villain, hero_seat=m % 2)
        wins.append(gain)
        if hero.trace:
            logp, v, ent = (torch.cat(t) for t in zip(*hero.trace))
            losses.append(-(logp * (gain - v.detach())).sum() + 0.5 * (gain - v).pow(2).sum() - 0.01 * ent.sum())
        if len(losses) == batch:
            opt.zero_grad()
            torch.stack(losses).mean().backward()
            nn.utils.clip_grad_norm_(hero.net.parameters(), 0.5)
            opt.step()
            losses.clear()
        if (m + 1) % pool_every == 0:
            pool.put(hero.net)
            print(f"{m + 1}: gain {np.mean(wins[-pool_every:]):+.3f}")
    torch.save(hero.net.state_dict(), "leduc.pt")


if __name__ == "__main__":
    main()
