"""Self-play PPO with an LSTM for the tank duel.

    python train_duel.py --num-envs 16 --total-steps 5000000
"""
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
import torch.nn.functional as F
from torch.distributions import Categorical


class DuelArena:
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


class DuelNet(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Sequential(nn.Linear(obs_dim, hidden), nn.Tanh())
        self.lstm = nn.LSTM(hidden, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.v = nn.Linear(hidden, 1)

    def initial(self, n, device="cpu"):
        return (torch.zeros(1, n, self.hidden, device=device), torch.zeros(1, n, self.hidden, device=device))

    def forward(self, obs, state, done):
        """obs (T, N, D), done (T, N): 1 where the episode restarted just before obs."""
        x = self.enc(obs)
        outs = []
        h, c = state
        for t in range(x.shape[0]):
            m = (1.0 - done[t]).view(1, -1, 1)
            y, (h, c) = self.lstm(x[t : t + 1], (h * m, c * m))
            outs.append(y)
        y = torch.cat(outs)
        return self.pi(y), self.v(y).squeeze(-1), (h, c)


def parse_args():
    p = argparse.ArgumentParser()
    p.add_argument("--num-envs", type=int, default=16)
    p.add_argument("--num-steps", type=int, default=64)
    p.add_argument("--total-steps", type=int, default=5_000_000)
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--epochs", type=int, default=3)
    p.add_argument("--envs-per-batch", type=int, default=4)
    p.add_argument("--clip", type=float, default=0.2)
    p.add_argument("--ent", type=float, default=0.01)
    p.add_argument("--vf", type=float, default=0.5)
    p.add_argument("--max-grad-norm", type=float, default=0.5)
    p.add_argument("--snapshot-every", type=int, default=25)
    p.add_argument("--swap-every", type=int, default=10)
    p.add_argument("--pool-size", type=int, default=30)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--out", default="runs/duel")
    return p.parse_args()


def main():
    args = parse_args()
    seed_everything(args.seed)
    rng = random.Random(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    out = Path(args.out)
    log = CsvLog(out / "progress.csv")
    meter = Meter()

    envs = [DuelArena(seed=args.seed * 1000 + i) for i in range(args.num_envs)]
    net = DuelNet(DuelArena.OBS, DuelArena.ACTIONS).to(device)
    opponent = DuelNet(DuelArena.OBS, DuelArena.ACTIONS).to(device)
    opponent.load_state_dict(net.state_dict())
    opponent.eval()
    optimizer = torch.optim.Adam(net.parameters(), lr=args.lr, eps=1e-5)
    pool = collections.deque([copy.deepcopy(net.state_dict())], maxlen=args.pool_size)

    T, N = args.num_steps, args.num_envs
    obs_buf = torch.zeros(T, N, DuelArena.OBS, device=device)
    act_buf = torch.zeros(T, N, dtype=torch.long, device=device)
    logp_buf = torch.zeros(T, N, device=device)
    rew_buf = torch.zeros(T, N, device=device)
    done_buf = torch.zeros(T, N, device=device)
    end_buf = torch.zeros(T, N, device=device)
    val_buf = torch.zeros(T, N, device=device)

    first = [env.reset() for env in envs]
    my_obs = torch.as_tensor(np.stack([o[0] for o in first]), device=device)
    opp_obs = torch.as_tensor(np.stack([o[1] for o in first]), device=device)
    done = torch.zeros(N, device=device)
    state = net.initial(N, device)
    opp_state = opponent.initial(N, device)

    n_updates = args.total_steps // (T * N)
    started = time.time()
    for update in range(1, n_updates + 1):
        optimizer.param_groups[0]["lr"] = linear(args.lr, args.lr * 0.1, update / n_updates)

        if update % args.snapshot_every == 0:
            pool.append(copy.deepcopy(net.state_dict()))
            torch.save(net.state_dict(), out / f"net_{update}.pt")
        if update % args.swap_every == 0:
            pick = rng.choice(pool) if rng.random() < 0.8 else pool[-1]
            opponent.load_state_dict(pick)

        start_state = tuple(s.clone() for s in state)
        for t in range(T):
            obs_buf[t] = my_obs
            done_buf[t] = done
            with torch.no_grad():
                logits, value, state = net(my_obs[None], state, done[None])
                dist = Categorical(logits=logits[0])
                action = dist.sample()
                opp_logits, _, opp_state = opponent(opp_obs[None], opp_state, done[None])
                opp_action = Categorical(logits=opp_logits[0]).sample()
            act_buf[t] = action
            logp_buf[t] = dist.log_prob(action)
            val_buf[t] = value[0]
            mine, theirs = [], []
            for i, env in enumerate(envs):
                (o0, o1), reward, ended, info = env.step(int(action[i]), int(opp_action[i]))
                rew_buf[t, i] = reward
                end_buf[t, i] = float(ended)
                if ended:
                    meter.add(score=reward, win=float(reward > 0), loss=float(reward < 0), length=env.t)
                    o0, o1 = env.reset()
                mine.append(o0)
                theirs.append(o1)
            my_obs = torch.as_tensor(np.stack(mine), device=device)
            opp_obs = torch.as_tensor(np.stack(theirs), device=device)
            done = end_buf[t].clone()

        with torch.no_grad():
            _, last_value, _ = net(my_obs[None], state, done[None])
        adv, ret = compute_gae(rew_buf, val_buf, end_buf, last_value[0])

        for _ in range(args.epochs):
            order = torch.randperm(N)
            for lo in range(0, N, args.envs_per_batch):
                idx = order[lo : lo + args.envs_per_batch].to(device)
                s0 = tuple(s[:, idx] for s in start_state)
                logits, values, _ = net(obs_buf[:, idx], s0, done_buf[:, idx])
                dist = Categorical(logits=logits)
                logp = dist.log_prob(act_buf[:, idx])
                ratio = (logp - logp_buf[:, idx]).exp()
                a = adv[:, idx]
                a = (a - a.mean()) / (a.std() + 1e-8)
                pg = -torch.min(a * ratio, a * ratio.clamp(1 - args.clip, 1 + args.clip)).mean()
                vl = F.mse_loss(values, ret[:, idx])
                ent = dist.entropy().mean()
                loss = pg + args.vf * vl - args.ent * ent
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(net.parameters(), args.max_grad_norm)
                optimizer.step()
                meter.add(pg=pg.item(), vl=vl.item(), ent=ent.item())

        if update % 5 == 0:
            sps = update * T * N / (time.time() - started)
            row = dict(update=update, win=meter.mean("win"), loss=meter.mean("loss"), pool=len(pool), sps=int(sps))
            log.write(**row)
            print(CsvLog.pretty(row), meter.line("pg", "vl", "ent"))

    torch.save(net.state_dict(), out / "final.pt")


if __name__ == "__main__":
    main()
