"""PPO where the data are collected by an exponential moving average of the policy (smoother behaviour)."""
import argparse
import collections
import copy
import csv
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical


class DimPole:
    """Cart-pole whose velocities are hidden from the agent."""

    GRAVITY = 9.8
    CART = 1.0
    POLE = 0.1
    HALF_LENGTH = 0.5
    FORCE = 10.0
    TAU = 0.02

    def __init__(self, seed=0, max_steps=500):
        self.rng = np.random.default_rng(seed)
        self.max_steps = max_steps
        self.state = None
        self.steps = 0

    @property
    def obs_dim(self):
        return 2

    @property
    def n_actions(self):
        return 2

    def reset(self):
        self.state = self.rng.uniform(-0.05, 0.05, size=4)
        self.steps = 0
        return self._view()

    def _view(self):
        x, _, theta, _ = self.state
        return np.array([x / 2.4, theta / 0.21], dtype=np.float32)

    def step(self, action):
        x, x_dot, theta, theta_dot = self.state
        force = self.FORCE if action == 1 else -self.FORCE
        total = self.CART + self.POLE
        ml = self.POLE * self.HALF_LENGTH
        cos, sin = np.cos(theta), np.sin(theta)
        temp = (force + ml * theta_dot**2 * sin) / total
        theta_acc = (self.GRAVITY * sin - cos * temp) / (
            self.HALF_LENGTH * (4.0 / 3.0 - self.POLE * cos**2 / total)
        )
        x_acc = temp - ml * theta_acc * cos / total
        self.state = np.array(
            [
                x + self.TAU * x_dot,
                x_dot + self.TAU * x_acc,
                theta + self.TAU * theta_dot,
                theta_dot + self.TAU * theta_acc,
            ]
        )
        self.steps += 1
        fell = bool(abs(self.state[0]) > 2.4 or abs(self.state[2]) > 0.21)
        done = fell or self.steps >= self.max_steps
        return self._view(), 1.0, done, {"fell": fell}


class SyncVec:
    """Steps a list of environments one after another and restarts finished ones."""

    def __init__(self, fns):
        self.envs = [fn() for fn in fns]
        self.num_envs = len(self.envs)
        self.ep_return = np.zeros(self.num_envs, dtype=np.float64)
        self.ep_length = np.zeros(self.num_envs, dtype=np.int64)

    def reset(self):
        self.ep_return[:] = 0.0
        self.ep_length[:] = 0
        return np.stack([env.reset() for env in self.envs])

    def step(self, actions):
        obs, rewards, dones, infos = [], [], [], []
        for i, (env, action) in enumerate(zip(self.envs, actions)):
            o, r, d, info = env.step(int(action))
            info = dict(info)
            self.ep_return[i] += r
            self.ep_length[i] += 1
            if d:
                info["episode"] = {"r": float(self.ep_return[i]), "l": int(self.ep_length[i])}
                self.ep_return[i] = 0.0
                self.ep_length[i] = 0
                o = env.reset()
            obs.append(o)
            rewards.append(r)
            dones.append(d)
            infos.append(info)
        return (
            np.stack(obs),
            np.asarray(rewards, dtype=np.float32),
            np.asarray(dones, dtype=np.float32),
            infos,
        )


class CsvLog:
    """Appends one row per update; the header comes from the first row."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._fields = None
        self._started = time.time()

    def write(self, **row):
        row = {"wall": round(time.time() - self._started, 2), **row}
        if self._fields is None:
            self._fields = list(row)
            with self.path.open("w", newline="") as fh:
                csv.DictWriter(fh, self._fields).writeheader()
        with self.path.open("a", newline="") as fh:
            csv.DictWriter(fh, self._fields, extrasaction="ignore").writerow(row)

    @staticmethod
    def pretty(row):
        return " | ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items())


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


class GRUPolicy(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(obs_dim, hidden)
        self.gru = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.v = nn.Linear(hidden, 1)

    def forward(self, obs, hx, keep):
        hx = self.gru(torch.tanh(self.fc(obs)), hx * keep.unsqueeze(-1))
        return self.pi(hx), self.v(hx).squeeze(-1), hx


@torch.no_grad()
def move_towards(slow, fast, tau):
    for s, f in zip(slow.parameters(), fast.parameters()):
        s.mul_(1.0 - tau).add_(f, alpha=tau)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--num-envs", type=int, default=16)
    ap.add_argument("--num-steps", type=int, default=64)
    ap.add_argument("--updates", type=int, default=3000)
    ap.add_argument("--epochs", type=int, default=4)
    ap.add_argument("--tau", type=float, default=0.3)
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--clip", type=float, default=0.2)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--eval-every", type=int, default=100)
    ap.add_argument("--out", type=Path, default=Path("slow"))
    args = ap.parse_args()
    seed_everything(args.seed)

    envs = SyncVec([lambda i=i: DimPole(seed=args.seed + i) for i in range(args.num_envs)])
    fast = GRUPolicy(2, 2)
    slow = copy.deepcopy(fast).eval()
    for p in slow.parameters():
        p.requires_grad_(False)
    optimizer = torch.optim.Adam(fast.parameters(), lr=args.lr)
    log = CsvLog(args.out / "log.csv")
    meter = Meter()
    started = time.time()
    best = collections.deque(maxlen=5)

    T, N = args.num_steps, args.num_envs
    obs = torch.as_tensor(envs.reset())
    keep = torch.zeros(N)
    slow_hx = torch.zeros(N, slow.hidden)
    for update in range(args.updates):
        store = {k: [] for k in ("obs", "act", "logp", "val", "rew", "done", "keep")}
        first = slow_hx.clone()
        for _ in range(T):
            with torch.no_grad():
                logits, value, slow_hx = slow(obs, slow_hx, keep)
            dist = Categorical(logits=logits)
            act = dist.sample()
            nxt, rew, done, infos = envs.step(act.numpy())
            for key, item in zip(store, (obs, act, dist.log_prob(act), value, torch.as_tensor(rew), torch.as_tensor(done), keep)):
                store[key].append(item)
            obs = torch.as_tensor(nxt)
            keep = 1.0 - torch.as_tensor(done)
            for info in infos:
                if "episode" in info:
                    meter.add(ret=info["episode"]["r"], len=info["episode"]["l"])
        block = {k: torch.stack(v) for k, v in store.items()}
        with torch.no_grad():
            _, last, _ = slow(obs, slow_hx, keep)
        adv, ret = compute_gae(block["rew"], block["val"], block["done"], last)
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)

        for _ in range(args.epochs):
            hx = first
            loss = 0.0
            for t in range(T):
                logits, value, hx = fast(block["obs"][t], hx, block["keep"][t])
                dist = Categorical(logits=logits)
                ratio = (dist.log_prob(block["act"][t]) - block["logp"][t]).exp()
                pg = -torch.min(ratio * adv[t], ratio.clamp(1 - args.clip, 1 + args.clip) * adv[t]).mean()
                loss = loss + pg + 0.5 * (value - ret[t]).pow(2).mean() - 0.01 * dist.entropy().mean()
            optimizer.zero_grad()
            (loss / T).backward()
            nn.utils.clip_grad_norm_(fast.parameters(), 0.5)
            optimizer.step()
        move_towards(slow, fast, args.tau)
        meter.add(loss=float(loss.detach()) / T)

        if update % 20 == 0:
            log.write(update=update, ret=meter.mean("ret"), loss=meter.mean("loss"))
            print(update, meter.line("ret", "len", "loss"), f"{time.time() - started:.0f}s")
        if update % args.eval_every == args.eval_every - 1:
            env = DimPole(seed=999)
            scores = []
            for _ in range(5):
                o, done, total, h = env.reset(), False, 0.0, torch.zeros(1, slow.hidden)
                while not done:
                    with torch.no_grad():
                        logits, _, h = slow(torch.as_tensor(o)[None], h, torch.ones(1))
                    o, r, done, _ = env.step(int(logits.argmax(-1)))
                    total += r
                scores.append(total)
            best.append(np.mean(scores))
            print("eval", best[-1], "last five", np.round(list(best), 1))
            torch.save(slow.state_dict(), args.out / "slow.pt")


if __name__ == "__main__":
    main()
