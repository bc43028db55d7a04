"""Endless round-robin: four seats per table, every seat is one of the trained networks.

Every so often the worst seat is given to another network from the library. Matches are long, and
ratings are written after every match.
"""
import argparse
import collections
import json
import random
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn


class Orchard:
    """N foragers, M apples with levels; an apple falls only when enough foragers pull at once."""

    def __init__(self, n_agents=3, n_apples=4, size=8, limit=60, seed=None):
        self.n_agents = n_agents
        self.n_apples = n_apples
        self.size = size
        self.limit = limit
        self.rng = np.random.default_rng(seed)
        self.n_actions = 6
        self.obs_size = 2 + 3 * n_apples
        self.state_size = 2 * n_agents + 4 * n_apples
        self.agents = np.zeros((n_agents, 2), dtype=int)
        self.apples = np.zeros((n_apples, 2), dtype=int)
        self.levels = np.ones(n_apples, dtype=int)
        self.alive = np.ones(n_apples, dtype=bool)
        self.t = 0

    def reset(self):
        cells = self.rng.permutation(self.size * self.size)[: self.n_agents + self.n_apples]
        coords = np.stack(np.divmod(cells, self.size), axis=1)
        self.agents = coords[: self.n_agents].copy()
        self.apples = coords[self.n_agents :].copy()
        self.levels = self.rng.integers(1, self.n_agents + 1, size=self.n_apples)
        self.alive[:] = True
        self.t = 0
        return self.observations(), self.state()

    def observations(self):
        out = []
        for me in self.agents:
            row = list(me / self.size)
            for k in range(self.n_apples):
                near = self.alive[k] and np.abs(self.apples[k] - me).max() <= 3
                row += list((self.apples[k] - me) / self.size) if near else [0.0, 0.0]
                row.append(float(near) * self.levels[k])
            out.append(np.asarray(row, dtype=np.float32))
        return np.stack(out)

    def state(self):
        flat = [self.agents.ravel() / self.size, self.apples.ravel() / self.size]
        flat += [self.levels.astype(float), self.alive.astype(float)]
        return np.concatenate(flat).astype(np.float32)

    def available(self):
        mask = np.ones((self.n_agents, self.n_actions), dtype=np.float32)
        mask[self.agents[:, 0] == 0, 1] = 0.0
        mask[self.agents[:, 0] == self.size - 1, 2] = 0.0
        mask[self.agents[:, 1] == 0, 3] = 0.0
        mask[self.agents[:, 1] == self.size - 1, 4] = 0.0
        return mask

    def step(self, actions):
        self.t += 1
        delta = {1: (-1, 0), 2: (1, 0), 3: (0, -1), 4: (0, 1)}
        pull = np.zeros(self.n_apples, dtype=int)
        for i, a in enumerate(actions):
            if int(a) in delta:
                self.agents[i] = np.clip(self.agents[i] + delta[int(a)], 0, self.size - 1)
            elif int(a) == 5:
                for k in range(self.n_apples):
                    if self.alive[k] and np.abs(self.apples[k] - self.agents[i]).sum() <= 1:
                        pull[k] += 1
        taken = self.alive & (pull >= self.levels)
        reward = float(self.levels[taken].sum())
        self.alive &= ~taken
        done = not self.alive.any() or self.t >= self.limit
        return self.observations(), self.state(), reward, done


class EloTable:
    """Ratings of everything that has ever played."""

    def __init__(self, k=24.0, base=1200.0):
        self.k = k
        self.base = base
        self.ratings = {}
        self.games = {}

    def rating(self, name):
        return self.ratings.setdefault(name, self.base)

    def expected(self, a, b):
        return 1.0 / (1.0 + 10.0 ** ((self.rating(b) - self.rating(a)) / 400.0))

    def record(self, a, b, score):
        e = self.expected(a, b)
        self.ratings[a] = self.rating(a) + self.k * (score - e)
        self.ratings[b] = self.rating(b) - self.k * (score - e)
        for name in (a, b):
            self.games[name] = self.games.get(name, 0) + 1

    def top(self, n=5):
        return sorted(self.ratings.items(), key=lambda kv: -kv[1])[:n]

    def sample(self, names, rng, temperature=200.0):
        scores = np.array([self.rating(n) for n in names]) / temperature
        p = np.exp(scores - scores.max())
        return names[int(rng.choice(len(names), p=p / p.sum()))]


class Meter:
    """Running window of scalars, printed every so often."""

    def __init__(self, window=100):
        self.values = collections.defaultdict(lambda: collections.deque(maxlen=window))
        self.totals = collections.Counter()

    def add(self, **scalars):
        for key, value in scalars.items():
            self.values[key].append(float(value))
            self.totals[key] += 1

    def mean(self, key, default=float("nan")):
        window = self.values.get(key)
        return sum(window) / len(window) if window else default

    def line(self, *keys):
        return "  ".join(f"{k}={self.mean(k):.3f}" for k in keys)


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def linear(start, stop, fraction):
    fraction = min(max(fraction, 0.0), 1.0)
    return start + (stop - start) * fraction


class SeatNet(nn.Module):
    def __init__(self, obs_dim, n_actions, width=64):
        super().__init__()
        self.width = width
        self.embed = nn.Sequential(nn.Linear(obs_dim, width), nn.ReLU())
        self.mem = nn.GRUCell(width, width)
        self.q = nn.Linear(width, n_actions)

    def forward(self, obs, h):
        h = self.mem(self.embed(obs), h)
        return self.q(h), h


class Library:
    """All networks of earlier runs, by file name, kept in memory."""

    def __init__(self, folder, obs_dim, n_actions):
        self.nets = {}
        for path in sorted(Path(folder).glob("*.pt")):
            net = SeatNet(obs_dim, n_actions)
            try:
                net.load_state_dict(torch.load(path, map_location="cpu"))
            except RuntimeError as err:
                print(f"skip {path.name}: {err}")
                continue
            self.nets[path.stem] = net.eval()
        if not self.nets:
            raise SystemExit(f"no networks in {folder}")

    def names(self):
        return list(self.nets)

    def get(self, name):
        return self.nets[name]


class Seats:
    def __init__(self, library, n_seats, rng):
        self.library = library
        self.rng = rng
        self.names = [rng.choice(library.names()) for _ in range(n_seats)]
        self.nets = [library.get(name) for name in self.names]
        self.hidden = [torch.zeros(1, net.width) for net in self.nets]
        self.credit = [0.0] * n_seats

    def __len__(self):
        return len(self.nets)

    @torch.no_grad()
    def move(self, observations, available, eps):
        actions = []
        for i, net in enumerate(self.nets):
            q, self.hidden[i] = net(torch.as_tensor(observations[i]).unsqueeze(0), self.hidden[i])
            mask = torch.as_tensor(available[i]).unsqueeze(0)
            q = q.masked_fill(mask == 0, -1e9)
            if self.rng.random() < eps:
                actions.append(self.rng.choice(np.flatnonzero(available[i]).tolist()))
            else:
                actions.append(int(q.argmax(-1)))
        return actions

    def replace(self, i, name):
        self.names[i] = name
        self.nets[i] = self.library.get(name)
        self.credit[i] = 0.0

    def next_match(self):
        for i, net in enumerate(self.nets):
            self.hidden[i] = torch.zeros(1, net.width)


def credit_of(orchard, before, actions, reward):
    """Whoever pulled when something fell gets a share."""
    pullers = [i for i, a in enumerate(actions) if a == 5]
    if reward <= 0 or not pullers:
        return {}
    return {i: reward / len(pullers) for i in pullers}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("library")
    ap.add_argument("--seats", type=int, default=4)
    ap.add_argument("--apples", type=int, default=8)
    ap.add_argument("--size", type=int, default=12)
    ap.add_argument("--limit", type=int, default=2000)
    ap.add_argument("--matches", type=int, default=500)
    ap.add_argument("--rotate", type=int, default=250)
    ap.add_argument("--eps", type=float, default=0.02)
    ap.add_argument("--seed", type=int, default=5)
    ap.add_argument("--report", default="tournament.json")
    args = ap.parse_args()
    seed_everything(args.seed)
    rng = random.Random(args.seed)

    orchard = Orchard(args.seats, args.apples, args.size, args.limit, seed=args.seed)
    library = Library(args.library, orchard.obs_size, orchard.n_actions)
    seats = Seats(library, args.seats, rng)
    ratings = EloTable()
    meter = Meter(200)
    changes = collections.Counter()

    for match in range(args.matches):
        obs, state = orchard.reset()
        seats.next_match()
        done, total, t = False, 0.0, 0
        while not done:
            actions = seats.move(obs, orchard.available(), args.eps)
            before = orchard.alive.copy()
            obs, state, reward, done = orchard.step(actions)
            total += reward
            t += 1
            for i, share in credit_of(orchard, before, actions, reward).items():
                seats.credit[i] += share
            if not orchard.alive.any():
                orchard.alive[:] = True
                done = t >= args.limit
            if t % args.rotate == 0:
                worst = int(np.argmin(seats.credit))
                best = int(np.argmax(seats.credit))
                ratings.record(seats.names[best], seats.names[worst], 1.0)
                newcomer = rng.choice([n for n in library.names() if n not in seats.names] or library.names())
                seats.replace(worst, newcomer)
                changes[newcomer] += 1
        meter.add(total=total, length=t)
        print(f"match {match}: {meter.line('total', 'length')} top {ratings.top(3)}")
        Path(args.report).write_text(json.dumps({"ratings": ratings.ratings, "changes": changes}, indent=2))


if __name__ == "__main__":
    main()
