"""Model-predictive control with an ensemble of LSTM dynamics models that another process keeps improving."""
import argparse
import collections
import csv
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn


class WindTable:
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


class RunningMeanStd:
    """Parallel-variance estimate, used to normalise observations."""

    def __init__(self, shape, epsilon=1e-4, clip=10.0):
        self.mean = np.zeros(shape, dtype=np.float64)
        self.var = np.ones(shape, dtype=np.float64)
        self.count = epsilon
        self.clip = clip

    def update(self, batch):
        batch = np.asarray(batch, dtype=np.float64).reshape(-1, *self.mean.shape)
        b_mean, b_var, b_count = batch.mean(0), batch.var(0), batch.shape[0]
        delta = b_mean - self.mean
        total = self.count + b_count
        self.mean = self.mean + delta * b_count / total
        m2 = self.var * self.count + b_var * b_count + delta**2 * self.count * b_count / total
        self.var = m2 / total
        self.count = total

    def __call__(self, x):
        z = (np.asarray(x) - self.mean) / np.sqrt(self.var + 1e-8)
        return np.clip(z, -self.clip, self.clip).astype(np.float32)

    def state_dict(self):
        return {"mean": self.mean, "var": self.var, "count": self.count}

    def load_state_dict(self, d):
        self.mean, self.var, self.count = d["mean"], d["var"], d["count"]


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


class DynamicsLSTM(nn.Module):
    """History of (obs, action) in, prediction of the change of the next observation out."""

    def __init__(self, obs_dim, act_dim, hidden=96):
        super().__init__()
        self.lstm = nn.LSTM(obs_dim + act_dim, hidden, batch_first=True)
        self.out = nn.Linear(hidden, obs_dim)

    def forward(self, history):
        y, _ = self.lstm(history)
        return self.out(y[:, -1])

    def unroll(self, history, plans):
        """history (H, O+A) up to now, plans (N, T, A): predicted observations (N, T, O)."""
        n = plans.shape[0]
        hist = history[:-1].unsqueeze(0).expand(n, -1, -1)
        _, hc = self.lstm(hist)
        obs = history[-1, : self.out.out_features].expand(n, -1)
        preds = []
        for t in range(plans.shape[1]):
            y, hc = self.lstm(torch.cat([obs, plans[:, t]], -1).unsqueeze(1), hc)
            obs = obs + self.out(y[:, 0])
            preds.append(obs)
        return torch.stack(preds, dim=1)


class Ensemble:
    def __init__(self, n, obs_dim, act_dim, folder):
        self.models = [DynamicsLSTM(obs_dim, act_dim).eval() for _ in range(n)]
        self.folder = Path(folder)
        self.stamps = [None] * n

    def refresh(self):
        count = 0
        for i, model in enumerate(self.models):
            path = self.folder / f"dyn{i}.pt"
            if not path.exists():
                continue
            stamp = os.path.getmtime(path)
            if stamp != self.stamps[i]:
                model.load_state_dict(torch.load(path, map_location="cpu"))
                self.stamps[i] = stamp
                count += 1
        return count

    @torch.no_grad()
    def rollouts(self, history, plans):
        return torch.stack([m.unroll(history, plans) for m in self.models])


class CEMPlanner:
    def __init__(self, ensemble, act_dim, horizon=12, samples=200, elites=20, iters=3, risk=0.5):
        self.ensemble = ensemble
        self.act_dim, self.horizon = act_dim, horizon
        self.samples, self.elites, self.iters, self.risk = samples, elites, iters, risk
        self.mean = torch.zeros(horizon, act_dim)

    def restart(self):
        self.mean.zero_()

    def cost(self, preds, plans):
        dist = preds[..., 2:4].norm(dim=-1).sum(-1)
        return dist.mean(0) + self.risk * dist.std(0) + 0.01 * plans.pow(2).sum((-1, -2))

    def plan(self, history):
        mean, std = self.mean.clone(), torch.ones_like(self.mean) * 0.6
        for _ in range(self.iters):
            plans = (mean + std * torch.randn(self.samples, self.horizon, self.act_dim)).clamp(-1, 1)
            costs = self.cost(self.ensemble.rollouts(history, plans), plans)
            best = plans[costs.topk(self.elites, largest=False).indices]
            mean, std = best.mean(0), best.std(0) + 0.05
        self.mean = torch.cat([mean[1:], torch.zeros(1, self.act_dim)])
        return mean[0].numpy()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--models", default="dynamics")
    ap.add_argument("--ensemble", type=int, default=5)
    ap.add_argument("--history", type=int, default=20)
    ap.add_argument("--episodes", type=int, default=500)
    ap.add_argument("--refresh", type=int, default=50)
    ap.add_argument("--out", type=Path, default=Path("mpc"))
    args = ap.parse_args()
    env = WindTable(seed=0)
    ensemble = Ensemble(args.ensemble, env.obs_dim, env.act_dim, args.models)
    planner = CEMPlanner(ensemble, env.act_dim)
    norm = RunningMeanStd((env.obs_dim,))
    log = CsvLog(args.out / "mpc.csv")
    ensemble.refresh()
    steps = 0
    for episode in range(args.episodes):
        obs = env.reset()
        planner.restart()
        rows = collections.deque(maxlen=args.history)
        data, total, over = [], 0.0, False
        action = np.zeros(env.act_dim, dtype=np.float32)
        while not over:
            steps += 1
            if steps % args.refresh == 0:
                n = ensemble.refresh()
                if n:
                    print(f"step {steps}: {n} models renewed")
            norm.update(obs[None])
            rows.append(np.concatenate([norm(obs), action]))
            if len(rows) >= 3:
                action = planner.plan(torch.as_tensor(np.stack(rows), dtype=torch.float32)).astype(np.float32)
            else:
                action = np.random.uniform(-1, 1, env.act_dim).astype(np.float32)
            nxt, reward, terminated, truncated, info = env.step(action)
            data.append((obs, action, reward, nxt))
            obs, total = nxt, total + reward
            over = terminated or truncated
        np.savez(args.out / f"ep{episode}.npz", **{k: np.stack(v) for k, v in zip("oarn", zip(*data))})
        log.write(episode=episode, ret=total, dist=info["distance"], steps=steps)
        torch.save(norm.state_dict(), args.out / "norm.pt")
        print(f"episode {episode} return {total:.2f}")


if __name__ == "__main__":
    main()
