import copy
import random
from collections import deque

import numpy as np
import ray
import torch
import torch.nn as nn

from city import City

SEQ, BURN = 40, 10
ZONES, LEVELS = 4, 4


class SurgeQ(nn.Module):
    def __init__(self, obs_dim, width=128):
        super().__init__()
        self.width = width
        self.inp = nn.Linear(obs_dim, width)
        self.lstm = nn.LSTM(width, width)
        self.q = nn.Linear(width, ZONES * LEVELS)

    def forward(self, obs, state):
        y, state = self.lstm(torch.relu(self.inp(obs)), state)
        return self.q(y).view(*y.shape[:2], ZONES, LEVELS), state

    def initial_state(self, n=1):
        return torch.zeros(1, n, self.width), torch.zeros(1, n, self.width)


@ray.remote
class Store:
    def __init__(self, size=5000):
        self.weights = None
        self.sequences = deque(maxlen=size)

    def publish(self, weights):
        self.weights = weights

    def latest(self):
        return self.weights

    def add(self, seq):
        self.sequences.append(seq)

    def sample(self, n):
        return random.sample(self.sequences, n) if len(self.sequences) >= 10 * n else None


@ray.remote
class Pricer:
    def __init__(self, idx, store, n_actors):
        self.env = City(seed=idx)
        self.net = SurgeQ(self.env.obs_dim)
        self.store = store
        self.eps = 0.4 ** (1 + 7 * idx / max(1, n_actors - 1))
        self.state = self.net.initial_state()

    def pull(self):
        w = ray.get(self.store.latest.remote())
        if w is not None:
            self.net.load_state_dict(w)

    @torch.no_grad()
    def run(self, total_steps, pull_every=400):
        self.pull()
        obs = self.env.reset()
        seq, first = [], self.state
        income = 0.0
        for step in range(1, total_steps + 1):
            q, self.state = self.net(torch.from_numpy(obs).view(1, 1, -1), self.state)
            levels = q[0, 0].argmax(-1).numpy()
            explore = np.random.rand(ZONES) < self.eps
            levels = np.where(explore, np.random.randint(0, LEVELS, ZONES), levels)
            nxt, r, done = self.env.step(levels)
            seq.append((obs, levels, r, done))
            income += r
            obs = nxt
            if done:
                print(f"eps {self.eps:.3f} day income {income:.1f}")
                obs, income = self.env.reset(), 0.0
                self.state = self.net.initial_state()
            if len(seq) == SEQ or done:
                if len(seq) == SEQ:
                    self.store.add.remote((seq, first))
                seq, first = [], self.state
            if step % pull_every == 0:
                self.pull()


def update(net, target, opt, batch, gamma=0.99):
    obs = torch.from_numpy(np.stack([[s[0] for s in seq] for seq, _ in batch], 1))
    act = torch.from_numpy(np.stack([[s[1] for s in seq] for seq, _ in batch], 1)).long()
    rew = torch.tensor([[s[2] for s in seq] for seq, _ in batch]).float().T
    done = torch.tensor([[float(s[3]) for s in seq] for seq, _ in batch]).T
    start = tuple(torch.cat([f[i] for _, f in batch], 1) for i in range(2))
    q, _ = net(obs, start)
    with torch.no_grad():
        tq, _ = target(obs, start)
        goal = rew[:-1, :, None] + gamma * (1 - done[:-1, :, None]) * tq[1:].max(-1).values
    chosen = q.gather(-1, act.unsqueeze(-1)).squeeze(-1)[:-1]
    loss = nn.functional.smooth_l1_loss(chosen[BURN:], goal[BURN:])
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 10.0)
    opt.step()
    return loss.item()


def main(n_actors=6, updates=100_000):
    ray.init()
    net = SurgeQ(City().obs_dim)
    target = copy.deepcopy(net)
    opt = torch.optim.Adam(net.parameters(), lr=2e-4)
    store = Store.remote()
    ray.get(store.publish.remote(copy.deepcopy(net.state_dict())))
    actors = [Pricer.remote(i, store, n_actors) for i in range(n_actors)]
    jobs = [a.run.remote(10_000_000) for a in actors]
    u = 0
    while u < updates:
        batch = ray.get(store.sample.remote(32))
        if batch is None:
            continue
        loss = update(net, target, opt, batch)
        u += 1
        if u % 20 == 0:
            store.publish.remote(copy.deepcopy(net.state_dict()))
        if u % 1000 == 0:
            target.load_state_dict(net.state_dict())
            print(u, loss)
    for j in jobs:
        ray.cancel(j)


if __name__ == "__main__":
    main()
