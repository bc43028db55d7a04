"""LSTM self-play; the opponents sit in `Seat` objects, one per arena, and change while games go on."""
import argparse
import collections
import copy
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical


class Pit:
    """Two tanks on a torus; each sees a noisy bearing to the other, never its position."""

    OBS = 9
    ACTIONS = 5

    def __init__(self, size=24, horizon=300, seed=None):
        self.size = size
        self.horizon = horizon
        self.rng = np.random.default_rng(seed)
        self.pos = np.zeros((2, 2))
        self.heading = np.zeros(2)
        self.cooldown = np.zeros(2, dtype=np.int64)
        self.t = 0

    def reset(self):
        self.pos = self.rng.uniform(0, self.size, size=(2, 2))
        self.heading = self.rng.uniform(-np.pi, np.pi, size=2)
        self.cooldown[:] = 0
        self.t = 0
        return self._observe(0), self._observe(1)

    def _delta(self, me):
        d = self.pos[1 - me] - self.pos[me]
        return (d + self.size / 2) % self.size - self.size / 2

    def _observe(self, me):
        d = self._delta(me)
        visible = float(np.linalg.norm(d) < self.size / 3)
        bearing = np.arctan2(d[1], d[0]) - self.heading[me]
        noise = self.rng.normal(0, 0.05, size=2)
        return np.array(
            [
                visible,
                visible * np.cos(bearing) + noise[0],
                visible * np.sin(bearing) + noise[1],
                np.cos(self.heading[me]),
                np.sin(self.heading[me]),
                self.cooldown[me] / 10.0,
                self.pos[me, 0] / self.size,
                self.pos[me, 1] / self.size,
                self.t / self.horizon,
            ],
            dtype=np.float32,
        )

    def _move(self, me, action):
        if action == 1:
            self.heading[me] += 0.3
        elif action == 2:
            self.heading[me] -= 0.3
        elif action == 3:
            step = np.array([np.cos(self.heading[me]), np.sin(self.heading[me])])
            self.pos[me] = (self.pos[me] + step) % self.size

    def _fires(self, me, action):
        if action != 4 or self.cooldown[me] > 0:
            return False
        self.cooldown[me] = 10
        d = self._delta(me)
        bearing = np.arctan2(d[1], d[0]) - self.heading[me]
        bearing = (bearing + np.pi) % (2 * np.pi) - np.pi
        return bool(abs(bearing) < 0.15 and np.linalg.norm(d) < self.size / 3)

    def step(self, a0, a1):
        self.t += 1
        self.cooldown = np.maximum(self.cooldown - 1, 0)
        self._move(0, a0)
        self._move(1, a1)
        hit0, hit1 = self._fires(0, a0), self._fires(1, a1)
        reward = float(hit0) - float(hit1)
        done = hit0 or hit1 or self.t >= self.horizon
        return (self._observe(0), self._observe(1)), reward, done, {"hit": (hit0, hit1)}


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


def compute_gae(rewards, values, dones, last_value, gamma=0.99, lam=0.95):
    """Generalised advantage estimation over a (T, N) block."""
    advantages = torch.zeros_like(rewards)
    running = torch.zeros_like(last_value)
    for t in reversed(range(rewards.shape[0])):
        nxt = last_value if t == rewards.shape[0] - 1 else values[t + 1]
        not_done = 1.0 - dones[t]
        delta = rewards[t] + gamma * nxt * not_done - values[t]
        running = delta + gamma * lam * not_done * running
        advantages[t] = running
    return advantages, advantages + values


def explained_variance(pred, target):
    var = target.var()
    if float(var) < 1e-8:
        return float("nan")
    return float(1.0 - (target - pred).var() / var)


class PitNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.a = nn.Linear(Pit.OBS, hidden)
        self.b = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, Pit.ACTIONS)
        self.v = nn.Linear(hidden, 1)

    def blank(self, n=1):
        return torch.zeros(n, self.hidden), torch.zeros(n, self.hidden)

    def forward(self, obs, hc):
        hc = self.b(torch.relu(self.a(obs)), hc)
        return self.pi(hc[0]), self.v(hc[0]).squeeze(-1), hc


class Seat:
    """Holds somebody else's network for one arena."""

    def __init__(self, net):
        self._net = net
        self._hc = net.blank()
        self.label = "init"

    @property
    def brain(self):
        return self._net

    @brain.setter
    def brain(self, weights):
        self._net.load_state_dict(weights)
        self._hc = self._net.blank()

    @torch.no_grad()
    def move(self, obs):
        logits, _, self._hc = self._net(torch.as_tensor(obs)[None], self._hc)
        return int(Categorical(logits=logits).sample())

    def game_over(self):
        self._hc = self._net.blank()


class Gallery:
    def __init__(self, limit, rng):
        self.items = collections.OrderedDict()
        self.limit = limit
        self.rng = rng
        self.results = collections.defaultdict(lambda: [1.0, 2.0])

    def hang(self, label, net):
        self.items[label] = copy.deepcopy(net.state_dict())
        while len(self.items) > self.limit:
            easiest = max(self.items, key=lambda k: self.results[k][0] / self.results[k][1])
            self.items.pop(easiest)

    def draw(self):
        labels = list(self.items)
        hardness = [1.05 - self.results[k][0] / self.results[k][1] for k in labels]
        return self.rng.choices(labels, weights=hardness)[0]

    def score(self, label, won):
        self.results[label][0] += float(won)
        self.results[label][1] += 1.0


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--arenas", type=int, default=16)
    ap.add_argument("--steps", type=int, default=64)
    ap.add_argument("--updates", type=int, default=20_000)
    ap.add_argument("--hang-every", type=int, default=50)
    ap.add_argument("--shuffle-every", type=int, default=5)
    ap.add_argument("--lr", type=float, default=4e-4)
    ap.add_argument("--epochs", type=int, default=3)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", type=Path, default=Path("pit"))
    args = ap.parse_args()
    seed_everything(args.seed)
    args.out.mkdir(exist_ok=True)
    rng = random.Random(args.seed)

    pits = [Pit(seed=args.seed + i) for i in range(args.arenas)]
    net = PitNet()
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    seats = [Seat(PitNet().eval()) for _ in pits]
    gallery = Gallery(20, rng)
    gallery.hang("init", net)
    meter = Meter(300)
    pairs = [p.reset() for p in pits]
    mine, theirs = np.stack([a for a, _ in pairs]), [b for _, b in pairs]
    hc = net.blank(args.arenas)
    started = time.time()

    for update in range(args.updates):
        if update % args.shuffle_every == 0:
            for seat in rng.sample(seats, k=len(seats) // 2):
                seat.label = gallery.draw()
                seat.brain = gallery.items[seat.label]
        store = {k: [] for k in ("obs", "act", "logp", "val", "rew", "done")}
        first = tuple(x.clone() for x in hc)
        for _ in range(args.steps):
            with torch.no_grad():
                logits, value, hc = net(torch.as_tensor(mine), hc)
            dist = Categorical(logits=logits)
            act = dist.sample()
            rew, done = np.zeros(len(pits), np.float32), np.zeros(len(pits), np.float32)
            before = mine.copy()
            for i, (pit, seat) in enumerate(zip(pits, seats)):
                (mine[i], theirs[i]), rew[i], ended, _ = pit.step(int(act[i]), seat.move(theirs[i]))
                if ended:
                    done[i] = 1.0
                    gallery.score(seat.label, rew[i] > 0)
                    meter.add(win=rew[i] > 0, score=rew[i], length=pit.t)
                    mine[i], theirs[i] = pit.reset()
                    seat.game_over()
            keep = torch.as_tensor(1.0 - done).unsqueeze(-1)
            hc = tuple(x * keep for x in hc)
            for k, x in zip(store, (torch.as_tensor(before), act, dist.log_prob(act), value, torch.as_tensor(rew), torch.as_tensor(done))):
                store[k].append(x)
        block = {k: torch.stack(v) for k, v in store.items()}
        with torch.no_grad():
            _, last, _ = net(torch.as_tensor(mine), hc)
        adv, ret = compute_gae(block["rew"], block["val"], block["done"], last)
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(args.epochs):
            state, loss = first, 0.0
            for t in range(args.steps):
                logits, value, state = net(block["obs"][t], state)
                keep = (1.0 - block["done"][t]).unsqueeze(-1)
                state = tuple(x * keep for x in state)
                dist = Categorical(logits=logits)
                ratio = (dist.log_prob(block["act"][t]) - block["logp"][t]).exp()
                loss = loss - torch.min(ratio * adv[t], ratio.clamp(0.8, 1.2) * adv[t]).mean()
                loss = loss + 0.5 * (value - ret[t]).pow(2).mean() - 0.01 * dist.entropy().mean()
            opt.zero_grad()
            (loss / args.steps).backward()
            nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            opt.step()
        if update % args.hang_every == 0:
            gallery.hang(f"u{update}", net)
            torch.save(net.state_dict(), args.out / f"u{update}.pt")
            print(update, meter.line("win", "score", "length"), f"{time.time() - started:.0f}s")


if __name__ == "__main__":
    main()
