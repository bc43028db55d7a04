"""IMPALA with an LSTM core, actors as threads of one process."""
import argparse
import collections
import csv
import logging
import queue
import random
import threading
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Corridor:
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


class CoreNet(nn.Module):
    def __init__(self, obs_dim, n_actions, core=64):
        super().__init__()
        self.n_actions = n_actions
        self.torso = nn.Sequential(nn.Linear(obs_dim, core), nn.ReLU())
        self.core = nn.LSTM(core + n_actions + 1, core, num_layers=1)
        self.policy = nn.Linear(core, n_actions)
        self.baseline = nn.Linear(core, 1)

    def initial_state(self, batch_size=1):
        return tuple(torch.zeros(1, batch_size, self.core.hidden_size) for _ in range(2))

    def forward(self, inputs, core_state):
        T, B = inputs["done"].shape
        x = self.torso(inputs["obs"])
        one_hot = F.one_hot(inputs["last_action"], self.n_actions).float()
        x = torch.cat([x, one_hot, inputs["reward"].clamp(-1, 1).unsqueeze(-1)], dim=-1)
        outs = []
        for t in range(T):
            nd = (~inputs["done"][t]).float().view(1, B, 1)
            core_state = tuple(nd * s for s in core_state)
            y, core_state = self.core(x[t : t + 1], core_state)
            outs.append(y)
        y = torch.cat(outs)
        return self.policy(y), self.baseline(y).squeeze(-1), core_state


def vtrace(behaviour, target, actions, discounts, rewards, values, bootstrap):
    with torch.no_grad():
        log_rhos = target.log_softmax(-1).gather(-1, actions.unsqueeze(-1)).squeeze(-1)
        log_rhos = log_rhos - behaviour.log_softmax(-1).gather(-1, actions.unsqueeze(-1)).squeeze(-1)
        rhos = log_rhos.exp()
        clipped, cs = rhos.clamp(max=1.0), rhos.clamp(max=1.0)
        nxt = torch.cat([values[1:], bootstrap.unsqueeze(0)])
        deltas = clipped * (rewards + discounts * nxt - values)
        acc = torch.zeros_like(bootstrap)
        out = []
        for t in reversed(range(len(rewards))):
            acc = deltas[t] + discounts[t] * cs[t] * acc
            out.append(acc)
        vs = torch.stack(out[::-1]) + values
        nxt_vs = torch.cat([vs[1:], bootstrap.unsqueeze(0)])
        return vs, clipped * (rewards + discounts * nxt_vs - values)


class ActorThread(threading.Thread):
    def __init__(self, idx, learner_net, unrolls, args, stats):
        super().__init__(daemon=True, name=f"actor-{idx}")
        self.env = Corridor(length=args.length, seed=args.seed + idx)
        self.net = CoreNet(4, 4)
        self.learner_net = learner_net
        self.unrolls = unrolls
        self.T = args.unroll
        self.stats = stats
        self.stopped = threading.Event()

    def _pack(self, obs, action, reward, done):
        return {
            "obs": torch.as_tensor(obs).view(1, 1, -1),
            "last_action": torch.tensor([[action]]),
            "reward": torch.tensor([[reward]], dtype=torch.float32),
            "done": torch.tensor([[done]]),
        }

    def run(self):
        current = self._pack(self.env.reset(), 0, 0.0, True)
        core_state = self.net.initial_state()
        total = 0.0
        while not self.stopped.is_set():
            self.net.load_state_dict(self.learner_net.state_dict())
            start_state = core_state
            steps, logits_seq, actions = [current], [], []
            for _ in range(self.T):
                with torch.no_grad():
                    logits, _, core_state = self.net(current, core_state)
                action = int(torch.distributions.Categorical(logits=logits[0, 0]).sample())
                obs, reward, terminated, truncated, _ = self.env.step(action)
                done = terminated or truncated
                total += reward
                if done:
                    self.stats.append(total)
                    total = 0.0
                    obs = self.env.reset()
                current = self._pack(obs, action, reward, done)
                steps.append(current)
                logits_seq.append(logits[0])
                actions.append(action)
            batch = {k: torch.cat([s[k] for s in steps]) for k in steps[0]}
            self.unrolls.put((batch, torch.stack(logits_seq), torch.tensor(actions).view(-1, 1), start_state))


def learn(net, optimizer, items, args):
    batch = {k: torch.cat([i[0][k] for i in items], dim=1) for k in items[0][0]}
    behaviour = torch.cat([i[1] for i in items], dim=1)
    actions = torch.cat([i[2] for i in items], dim=1)
    state = tuple(torch.cat([i[3][j] for i in items], dim=1) for j in range(2))
    logits, values, _ = net(batch, state)
    bootstrap = values[-1].detach()
    logits, values = logits[:-1], values[:-1]
    rewards = batch["reward"][1:]
    discounts = (~batch["done"][1:]).float() * args.gamma
    vs, adv = vtrace(behaviour, logits, actions, discounts, rewards, values, bootstrap)
    logp = logits.log_softmax(-1)
    pg = -(logp.gather(-1, actions.unsqueeze(-1)).squeeze(-1) * adv).sum()
    baseline = 0.5 * (vs - values).pow(2).sum()
    entropy = (logp * logp.exp()).sum()
    loss = pg + args.baseline_cost * baseline + args.entropy_cost * entropy
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 40.0)
    optimizer.step()
    return loss.item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=8)
    ap.add_argument("--unroll", type=int, default=20)
    ap.add_argument("--batch", type=int, default=8)
    ap.add_argument("--length", type=int, default=12)
    ap.add_argument("--frames", type=int, default=3_000_000)
    ap.add_argument("--gamma", type=float, default=0.98)
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--baseline-cost", type=float, default=0.5)
    ap.add_argument("--entropy-cost", type=float, default=0.01)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    learner_net = CoreNet(4, 4)
    optimizer = torch.optim.RMSprop(learner_net.parameters(), lr=args.lr, alpha=0.99, eps=0.01)
    unrolls = queue.Queue(maxsize=2 * args.batch)
    stats = collections.deque(maxlen=200)
    actors = [ActorThread(i, learner_net, unrolls, args, stats) for i in range(args.actors)]
    for a in actors:
        a.start()
    log = CsvLog(Path("impala") / "log.csv")
    frames, started = 0, time.time()
    while frames < args.frames:
        items = [unrolls.get() for _ in range(args.batch)]
        loss = learn(learner_net, optimizer, items, args)
        frames += args.batch * args.unroll
        if frames % 40_000 < args.batch * args.unroll:
            mean = float(np.mean(stats)) if stats else float("nan")
            log.write(frames=frames, loss=loss, ret=mean)
            logging.info("%d frames, %.0f fps, return %.3f", frames, frames / (time.time() - started), mean)
            torch.save({"net": learner_net.state_dict(), "opt": optimizer.state_dict()}, "impala/last.pt")
    for a in actors:
        a.stopped.set()


if __name__ == "__main__":
    main()
