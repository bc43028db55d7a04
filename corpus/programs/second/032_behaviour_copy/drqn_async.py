"""DRQN with a separate behaviour network so that acting never waits for a backward pass."""
import argparse
import collections
import random
import threading
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class SignMaze:
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


class SequenceReplay:
    """Stores fixed-length sequences with the priority of each."""

    def __init__(self, capacity, length, alpha=0.6, beta=0.4):
        self.capacity = capacity
        self.length = length
        self.alpha = alpha
        self.beta = beta
        self.items = []
        self.priorities = np.zeros(capacity, dtype=np.float64)
        self.cursor = 0

    def __len__(self):
        return len(self.items)

    def add(self, sequence, priority=1.0):
        if len(self.items) < self.capacity:
            self.items.append(sequence)
        else:
            self.items[self.cursor] = sequence
        self.priorities[self.cursor] = (priority + 1e-6) ** self.alpha
        self.cursor = (self.cursor + 1) % self.capacity

    def sample(self, batch_size):
        p = self.priorities[: len(self.items)]
        p = p / p.sum()
        idx = np.random.choice(len(self.items), size=batch_size, p=p)
        weights = (len(self.items) * p[idx]) ** (-self.beta)
        batch = [self.items[i] for i in idx]
        return idx, batch, weights / weights.max()

    def update(self, idx, priorities):
        for i, value in zip(idx, priorities):
            self.priorities[i] = (abs(float(value)) + 1e-6) ** self.alpha


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


class DRQN(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.n_actions = n_actions
        self.inp = nn.Linear(obs_dim, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.out = nn.Linear(hidden, n_actions)

    def forward(self, obs, hc=None):
        y, hc = self.lstm(F.relu(self.inp(obs)), hc)
        return self.out(y), hc


class Trainer(threading.Thread):
    def __init__(self, online, replay, lock, args):
        super().__init__(daemon=True)
        self.online = online
        self.target = DRQN(4, 4)
        self.target.load_state_dict(online.state_dict())
        self.optimizer = torch.optim.Adam(online.parameters(), lr=args.lr)
        self.replay = replay
        self.lock = lock
        self.args = args
        self.updates = 0
        self.loss = float("nan")
        self.running = True

    def run(self):
        while self.running:
            if len(self.replay) < self.args.batch * 4:
                time.sleep(0.05)
                continue
            with self.lock:
                idx, seqs, weights = self.replay.sample(self.args.batch)
            obs = torch.as_tensor(np.stack([s["obs"] for s in seqs]))
            act = torch.as_tensor(np.stack([s["act"] for s in seqs])).unsqueeze(-1)
            rew = torch.as_tensor(np.stack([s["rew"] for s in seqs]))
            term = torch.as_tensor(np.stack([s["term"] for s in seqs]))
            q, _ = self.online(obs[:, :-1])
            with torch.no_grad():
                nq, _ = self.target(obs)
                y = rew + self.args.gamma * (1 - term) * nq[:, 1:].max(-1).values
            td = y - q.gather(-1, act).squeeze(-1)
            loss = (torch.as_tensor(weights).float().unsqueeze(1) * td.pow(2)).mean()
            self.optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.online.parameters(), 10.0)
            self.optimizer.step()
            self.updates += 1
            self.loss = float(loss.detach())
            with self.lock:
                self.replay.update(idx, td.detach().abs().max(1).values.tolist())
            if self.updates % self.args.target_every == 0:
                self.target.load_state_dict(self.online.state_dict())


class SequenceCutter:
    """Collects the steps of one env and cuts them into pieces of fixed length."""

    def __init__(self, length):
        self.length = length
        self.clear()

    def clear(self):
        self.obs, self.act, self.rew, self.term = [], [], [], []

    def push(self, obs, act, rew, term, nxt):
        self.obs.append(obs)
        self.act.append(act)
        self.rew.append(rew)
        self.term.append(float(term))
        if len(self.act) < self.length:
            return None
        out = {
            "obs": np.stack(self.obs + [nxt]).astype(np.float32),
            "act": np.array(self.act, dtype=np.int64),
            "rew": np.array(self.rew, dtype=np.float32),
            "term": np.array(self.term, dtype=np.float32),
        }
        self.clear()
        return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--envs", type=int, default=6)
    ap.add_argument("--steps", type=int, default=500_000)
    ap.add_argument("--seq", type=int, default=16)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--gamma", type=float, default=0.98)
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--refresh", type=int, default=100)
    ap.add_argument("--target-every", type=int, default=200)
    ap.add_argument("--eps-steps", type=int, default=50_000)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    seed_everything(args.seed)

    envs = {f"maze{i}": SignMaze(seed=args.seed + i) for i in range(args.envs)}
    online, behaviour = DRQN(4, 4), DRQN(4, 4)
    behaviour.load_state_dict(online.state_dict())
    replay, lock = SequenceReplay(10_000, args.seq), threading.Lock()
    trainer = Trainer(online, replay, lock, args)
    trainer.start()

    observations = {k: env.reset() for k, env in envs.items()}
    memories = {k: None for k in envs}
    cutters = {k: SequenceCutter(args.seq) for k in envs}
    totals = collections.defaultdict(float)
    meter = Meter(100)
    seen = 0
    for step in range(args.steps):
        eps = linear(1.0, 0.05, step / args.eps_steps)
        if trainer.updates - seen >= args.refresh:
            behaviour.load_state_dict(online.state_dict())
            seen = trainer.updates
        for key, env in envs.items():
            obs = observations[key]
            with torch.no_grad():
                q, memories[key] = behaviour(torch.as_tensor(obs).view(1, 1, -1), memories[key])
            action = random.randrange(4) if random.random() < eps else int(q.argmax(-1))
            nxt, reward, terminated, truncated, _ = env.step(action)
            totals[key] += reward
            piece = cutters[key].push(obs, action, reward, terminated, nxt)
            if piece is not None:
                with lock:
                    replay.add(piece)
            if terminated or truncated:
                meter.add(ret=totals.pop(key))
                cutters[key].clear()
                memories[key] = None
                nxt = env.reset()
            observations[key] = nxt
        if step % 2000 == 0:
            print(step, f"eps {eps:.2f} updates {trainer.updates} loss {trainer.loss:.4f}", meter.line("ret"))
    trainer.running = False
    trainer.join(timeout=5)
    torch.save(online.state_dict(), "drqn_async.pt")


if __name__ == "__main__":
    main()
