"""PBT in one file and one process: K recurrent agents, each with its own vector of mazes. No classes beyond the net."""
import argparse
import collections
import copy
import csv
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical


class BranchMaze:
    """Corridor with a cue at the start; the junction needs the cue again."""

    def __init__(self, length=12, noise=0.1, time_limit=80, seed=0):
        self.length = length
        self.noise = noise
        self.time_limit = time_limit
        self.rng = np.random.default_rng(seed)
        self.obs_dim = 4
        self.n_actions = 4
        self.x = 0
        self.y = 0
        self.goal = 1
        self.t = 0

    def reset(self):
        self.x, self.y, self.t = 0, 0, 0
        self.goal = int(self.rng.choice([-1, 1]))
        return self._obs()

    def _obs(self):
        cue = float(self.goal) if self.x == 0 else 0.0
        at_junction = float(self.x == self.length)
        wall = float(self.x < self.length)
        out = np.array([cue, at_junction, wall, 1.0], dtype=np.float32)
        out[:3] += self.rng.normal(0.0, self.noise, size=3).astype(np.float32)
        return out

    def step(self, action):
        self.t += 1
        reward = -0.01
        terminated = False
        if action == 0 and self.x < self.length:
            self.x += 1
        elif action == 1 and self.x > 0:
            self.x -= 1
        elif action in (2, 3) and self.x == self.length:
            chosen = 1 if action == 2 else -1
            reward = 4.0 if chosen == self.goal else -0.1
            terminated = True
        elif action in (2, 3):
            reward = -0.1
        truncated = self.t >= self.time_limit
        return self._obs(), reward, terminated, truncated, {}


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


class Net(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(obs_dim, hidden)
        self.lstm = nn.LSTM(hidden, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.vf = nn.Linear(hidden, 1)
        for name, p in self.lstm.named_parameters():
            nn.init.zeros_(p) if "bias" in name else nn.init.orthogonal_(p)

    def forward(self, obs, state, done):
        """obs (T, N, D); done (T, N) marks rows whose episode began with this obs."""
        x = torch.tanh(self.inp(obs))
        ys = []
        for t in range(x.shape[0]):
            keep = (1.0 - done[t]).view(1, -1, 1)
            y, state = self.lstm(x[t : t + 1], (state[0] * keep, state[1] * keep))
            ys.append(y)
        y = torch.cat(ys)
        return self.pi(y), self.vf(y).squeeze(-1), state


def fresh_state(net, n):
    return torch.zeros(1, n, net.hidden), torch.zeros(1, n, net.hidden)


def mutate(value, rng, low, high):
    return float(min(high, max(low, value * rng.choice([0.8, 1.25]))))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--members", type=int, default=6)
    ap.add_argument("--envs", type=int, default=12)
    ap.add_argument("--horizon", type=int, default=48)
    ap.add_argument("--hidden", type=int, default=64)
    ap.add_argument("--rounds", type=int, default=400)
    ap.add_argument("--updates-per-round", type=int, default=40)
    ap.add_argument("--epochs", type=int, default=3)
    ap.add_argument("--length", type=int, default=10)
    ap.add_argument("--gap", type=float, default=0.15)
    ap.add_argument("--clip", type=float, default=0.2)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", type=Path, default=Path("inline"))
    args = ap.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    seed_everything(args.seed)
    rng = random.Random(args.seed)
    K, N, T = args.members, args.envs, args.horizon

    nets = [Net(4, 4, args.hidden) for _ in range(K)]
    hypers = [{"lr": 10 ** rng.uniform(-3.7, -2.7), "ent": 10 ** rng.uniform(-2.5, -1.3), "gamma": 0.98} for _ in range(K)]
    optims = [torch.optim.Adam(n.parameters(), lr=h["lr"]) for n, h in zip(nets, hypers)]
    mazes = [[BranchMaze(length=args.length, seed=1000 * k + i) for i in range(N)] for k in range(K)]
    obs = [torch.as_tensor(np.stack([m.reset() for m in row])) for row in mazes]
    done = [torch.zeros(N) for _ in range(K)]
    states = [fresh_state(n, N) for n in nets]
    sums = np.zeros((K, N))
    returns = [collections.deque(maxlen=100) for _ in range(K)]
    meters = [Meter(50) for _ in range(K)]
    log = CsvLog(args.out / "rounds.csv")
    lineage = []
    started = time.time()

    for rnd in range(args.rounds):
        for k in range(K):
            net, opt, hyper = nets[k], optims[k], hypers[k]
            for _ in range(args.updates_per_round):
                b_obs, b_act, b_logp = torch.zeros(T, N, 4), torch.zeros(T, N, dtype=torch.long), torch.zeros(T, N)
                b_val, b_rew, b_end, b_done = (torch.zeros(T, N) for _ in range(4))
                start = tuple(s.clone() for s in states[k])
                for t in range(T):
                    b_obs[t], b_done[t] = obs[k], done[k]
                    with torch.no_grad():
                        logits, value, states[k] = net(obs[k][None], states[k], done[k][None])
                    dist = Categorical(logits=logits[0])
                    action = dist.sample()
                    b_act[t], b_logp[t], b_val[t] = action, dist.log_prob(action), value[0]
                    nxt = []
                    for i, maze in enumerate(mazes[k]):
                        o, r, terminated, truncated, _ = maze.step(int(action[i]))
                        sums[k, i] += r
                        b_rew[t, i] = r
                        if terminated or truncated:
                            b_end[t, i] = 1.0
                            returns[k].append(sums[k, i])
                            sums[k, i] = 0.0
                            o = maze.reset()
                        nxt.append(o)
                    obs[k] = torch.as_tensor(np.stack(nxt))
                    done[k] = b_end[t].clone()
                with torch.no_grad():
                    _, last, _ = net(obs[k][None], states[k], done[k][None])
                adv, ret = compute_gae(b_rew, b_val, b_end, last[0], gamma=hyper["gamma"])
                adv = (adv - adv.mean()) / (adv.std() + 1e-8)
                for _ in range(args.epochs):
                    logits, values, _ = net(b_obs, start, b_done)
                    dist = Categorical(logits=logits)
                    ratio = (dist.log_prob(b_act) - b_logp).exp()
                    pg = -torch.min(adv * ratio, adv * ratio.clamp(1 - args.clip, 1 + args.clip)).mean()
                    vl = F.mse_loss(values, ret)
                    ent = dist.entropy().mean()
                    opt.zero_grad()
                    (pg + 0.5 * vl - hyper["ent"] * ent).backward()
                    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
                    opt.step()
                meters[k].add(pg=pg.item(), vl=vl.item(), ent=ent.item())

        scores = [float(np.mean(r)) if r else -1.0 for r in returns]
        order = sorted(range(K), key=scores.__getitem__)
        loser, winner = order[0], rng.choice(order[-2:])
        exploited = scores[winner] - scores[loser] > args.gap
        if exploited:
            nets[loser].load_state_dict(copy.deepcopy(nets[winner].state_dict()))
            hypers[loser] = {
                "lr": mutate(hypers[winner]["lr"], rng, 1e-5, 1e-2),
                "ent": mutate(hypers[winner]["ent"], rng, 1e-4, 1e-1),
                "gamma": 1.0 - mutate(1.0 - hypers[winner]["gamma"], rng, 1e-3, 1e-1),
            }
            optims[loser] = torch.optim.Adam(nets[loser].parameters(), lr=hypers[loser]["lr"])
        lineage.append({"round": rnd, "scores": scores, "copy": [winner, loser] if exploited else None})
        log.write(round=rnd, best=scores[order[-1]], worst=scores[loser], exploited=exploited, sec=time.time() - started)
        print(f"round {rnd}: " + " ".join(f"{s:+.2f}" for s in scores), meters[order[-1]].line("pg", "vl", "ent"))
        (args.out / "lineage.json").write_text(json.dumps(lineage))
        if rnd % 20 == 19:
            torch.save(nets[order[-1]].state_dict(), args.out / f"best_{rnd}.pt")
        if exploited:
            states[loser] = fresh_state(nets[loser], N)
            returns[loser] = collections.deque(returns[winner], maxlen=100)

    best = max(range(K), key=lambda k: np.mean(returns[k]) if returns[k] else -1.0)
    torch.save({"net": nets[best].state_dict(), "hyper": hypers[best]}, args.out / "final.pt")


if __name__ == "__main__":
    main()
