"""Recurrent soft actor-critic for the windy reacher, with transplants between seeds.

Several seeds write into one folder; a seed that falls behind takes over the actor and critic of the best.
"""
import argparse
import collections
import copy
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Normal


class WindReach:
    """Point mass pushed by a wind that is never observed; continuous two-dimensional force."""

    obs_dim = 4
    act_dim = 2

    def __init__(self, seed=0, max_steps=200, wind_scale=0.6):
        self.rng = np.random.default_rng(seed)
        self.max_steps = max_steps
        self.wind_scale = wind_scale
        self.pos = np.zeros(2)
        self.goal = np.zeros(2)
        self.wind = np.zeros(2)
        self.vel = np.zeros(2)
        self.k = 0

    def reset(self):
        self.pos = self.rng.uniform(-1, 1, size=2)
        self.goal = self.rng.uniform(-1, 1, size=2)
        self.vel = np.zeros(2)
        angle = self.rng.uniform(0, 2 * np.pi)
        self.wind = self.wind_scale * np.array([np.cos(angle), np.sin(angle)])
        self.k = 0
        return self._obs()

    def _obs(self):
        return np.concatenate([self.pos, self.goal - self.pos]).astype(np.float32)

    def step(self, action):
        force = np.clip(np.asarray(action, dtype=np.float64), -1.0, 1.0)
        self.vel = 0.9 * self.vel + 0.05 * (force + self.wind)
        self.pos = np.clip(self.pos + self.vel, -2.0, 2.0)
        self.k += 1
        dist = float(np.linalg.norm(self.goal - self.pos))
        reward = -dist - 0.01 * float(force @ force)
        terminated = dist < 0.05
        truncated = self.k >= self.max_steps
        return self._obs(), reward, terminated, truncated, {"distance": dist}


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


class GaussianGRU(nn.Module):
    def __init__(self, obs_dim, act_dim, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRU(obs_dim + act_dim, hidden, batch_first=True)
        self.mu = nn.Linear(hidden, act_dim)
        self.log_std = nn.Linear(hidden, act_dim)

    def forward(self, obs, prev_act, hx=None):
        y, hx = self.gru(torch.cat([obs, prev_act], -1), hx)
        mu, log_std = self.mu(y), self.log_std(y).clamp(-5, 2)
        dist = Normal(mu, log_std.exp())
        pre = dist.rsample()
        act = torch.tanh(pre)
        logp = (dist.log_prob(pre) - torch.log(1 - act.pow(2) + 1e-6)).sum(-1, keepdim=True)
        return act, logp, torch.tanh(mu), hx


class TwinGRU(nn.Module):
    def __init__(self, obs_dim, act_dim, hidden=128):
        super().__init__()
        self.gru = nn.GRU(obs_dim + act_dim, hidden, batch_first=True)
        self.q1 = nn.Sequential(nn.Linear(hidden + act_dim, hidden), nn.ReLU(), nn.Linear(hidden, 1))
        self.q2 = nn.Sequential(nn.Linear(hidden + act_dim, hidden), nn.ReLU(), nn.Linear(hidden, 1))

    def forward(self, obs, prev_act, act):
        y, _ = self.gru(torch.cat([obs, prev_act], -1))
        z = torch.cat([y, act], -1)
        return self.q1(z), self.q2(z)


class EpisodeReplay:
    def __init__(self, capacity, horizon):
        self.episodes = collections.deque(maxlen=capacity)
        self.horizon = horizon

    def add(self, ep):
        self.episodes.append({k: np.asarray(v, dtype=np.float32) for k, v in ep.items()})

    def sample(self, n, length):
        rows = collections.defaultdict(list)
        for ep in random.choices(self.episodes, k=n):
            T = len(ep["rew"])
            lo = random.randint(0, max(0, T - length))
            for key in ("obs", "prev", "act", "rew", "term", "nobs"):
                x = ep[key][lo : lo + length]
                pad = [(0, length - len(x))] + [(0, 0)] * (x.ndim - 1)
                rows[key].append(np.pad(x, pad))
            rows["mask"].append(np.pad(np.ones(min(length, T - lo), np.float32), (0, max(0, length - (T - lo)))))
        return {k: torch.as_tensor(np.stack(v)) for k, v in rows.items()}


class Board:
    """scores.txt lines: <seed> <score>; the newest line of a seed counts."""

    def __init__(self, folder, seed):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.seed = seed

    def post(self, score, actor, critic):
        torch.save({"actor": actor.state_dict(), "critic": critic.state_dict()}, self.folder / f"seed{self.seed}.pt")
        with open(self.folder / "scores.txt", "a") as fh:
            fh.write(f"{self.seed} {score:.3f}\n")

    def leader(self):
        scores = {}
        try:
            for line in open(self.folder / "scores.txt"):
                seed, score = line.split()
                scores[int(seed)] = float(score)
        except FileNotFoundError:
            return None, -np.inf
        best = max(scores, key=scores.get)
        return best, scores[best]

    def donor(self, seed):
        return torch.load(self.folder / f"seed{seed}.pt", map_location="cpu")


def make_driver(actor, act_dim):
    """The robot's side: remembers what the actor saw in this episode and what it did last."""
    hx = None
    prev = np.zeros(act_dim, dtype=np.float32)

    def drive(obs):
        nonlocal hx
        with torch.no_grad():
            a, _, _, hx = actor(torch.as_tensor(obs).view(1, 1, -1), torch.as_tensor(prev).view(1, 1, -1), hx)
        return a.view(-1).numpy()

    def did(action):
        nonlocal prev
        before, prev = prev, np.asarray(action, dtype=np.float32)
        return before

    def home():
        nonlocal hx, prev
        hx = None
        prev = np.zeros(act_dim, dtype=np.float32)

    return drive, did, home


def update(args, batch, actor, critic, target, log_alpha, opts):
    obs, prev, act, nobs = batch["obs"], batch["prev"], batch["act"], batch["nobs"]
    rew, term, mask = batch["rew"].unsqueeze(-1), batch["term"].unsqueeze(-1), batch["mask"].unsqueeze(-1)
    alpha = log_alpha.exp().detach()
    with torch.no_grad():
        nact, nlogp, _, _ = actor(nobs, act)
        t1, t2 = target(nobs, act, nact)
        y = rew + args.gamma * (1 - term) * (torch.min(t1, t2) - alpha * nlogp)
    q1, q2 = critic(obs, prev, act)
    critic_loss = (((q1 - y) ** 2 + (q2 - y) ** 2) * mask).sum() / mask.sum()
    opts["critic"].zero_grad()
    critic_loss.backward()
    opts["critic"].step()

    new_act, logp, _, _ = actor(obs, prev)
    q = torch.min(*critic(obs, prev, new_act))
    actor_loss = ((alpha * logp - q) * mask).sum() / mask.sum()
    opts["actor"].zero_grad()
    actor_loss.backward()
    opts["actor"].step()

    alpha_loss = -(log_alpha * (logp.detach() - WindReach.act_dim)).mean()
    opts["alpha"].zero_grad()
    alpha_loss.backward()
    opts["alpha"].step()
    with torch.no_grad():
        for p, q_ in zip(critic.parameters(), target.parameters()):
            q_.mul_(1 - args.tau).add_(args.tau * p)
    return critic_loss.item(), actor_loss.item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--board", default="board")
    ap.add_argument("--steps", type=int, default=1_000_000)
    ap.add_argument("--warmup", type=int, default=5000)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--length", type=int, default=40)
    ap.add_argument("--gamma", type=float, default=0.98)
    ap.add_argument("--tau", type=float, default=0.005)
    ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--compare-every", type=int, default=20_000)
    ap.add_argument("--margin", type=float, default=10.0)
    args = ap.parse_args()
    seed_everything(args.seed)

    env = WindReach(seed=args.seed)
    actor = GaussianGRU(env.obs_dim, env.act_dim)
    critic = TwinGRU(env.obs_dim, env.act_dim)
    target = copy.deepcopy(critic)
    log_alpha = torch.zeros(1, requires_grad=True)
    opts = {
        "actor": torch.optim.Adam(actor.parameters(), lr=args.lr),
        "critic": torch.optim.Adam(critic.parameters(), lr=args.lr),
        "alpha": torch.optim.Adam([log_alpha], lr=args.lr),
    }
    replay = EpisodeReplay(2000, env.max_steps)
    board = Board(args.board, args.seed)
    meter = Meter(50)

    obs = env.reset()
    drive, did, home = make_driver(actor, env.act_dim)
    ep = collections.defaultdict(list)
    total = 0.0
    started = time.time()
    for step in range(1, args.steps + 1):
        action = drive(obs)
        if step < args.warmup:
            action = np.random.uniform(-1, 1, env.act_dim)
        prev = did(action)
        nobs, reward, terminated, truncated, info = env.step(action)
        for key, value in zip(("obs", "prev", "act", "rew", "term", "nobs"), (obs, prev, action, reward, terminated, nobs)):
            ep[key].append(value)
        obs = nobs
        total += reward
        if terminated or truncated:
            replay.add(ep)
            meter.add(ret=total, dist=info["distance"])
            ep = collections.defaultdict(list)
            total = 0.0
            obs = env.reset()
            home()
        if step > args.warmup and step % 4 == 0:
            cl, al = update(args, replay.sample(args.batch, args.length), actor, critic, target, log_alpha, opts)
            meter.add(critic=cl, actor=al)
        if step % args.compare_every == 0:
            mine = meter.mean("ret", -1e9)
            leader, score = board.leader()
            if leader is not None and leader != args.seed and score > mine + args.margin:
                donor = board.donor(leader)
                actor.load_state_dict(donor["actor"])
                critic.load_state_dict(donor["critic"])
                target.load_state_dict(donor["critic"])
                opts["actor"] = torch.optim.Adam(actor.parameters(), lr=args.lr)
                opts["critic"] = torch.optim.Adam(critic.parameters(), lr=args.lr)
                print(f"{step}: transplant from seed {leader}")
            else:
                board.post(mine, actor, critic)
            print(step, meter.line("ret", "dist", "critic", "actor"), f"{step / (time.time() - started):.0f} sps")


if __name__ == "__main__":
    main()
