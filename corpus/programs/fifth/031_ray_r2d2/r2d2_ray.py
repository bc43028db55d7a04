"""R2D2 on Ray for a drilling simulator.

    python r2d2_ray.py --actors 6
"""
from __future__ import annotations

import argparse
import random
import time
from collections import deque

import numpy as np
import ray
import torch
from torch import nn

BURN, UNROLL, OVERLAP = 20, 40, 20


class Drill:
    """Drill through layers of unknown hardness without breaking the bit."""

    n_obs, n_act = 4, 5

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.layers = np.repeat(self.rng.uniform(0.2, 2.0, 10), 20)
        self.depth, self.wear, self.rpm, self.t = 0.0, 0.0, 0.2, 0
        return self._obs(0.0)

    def _obs(self, torque):
        return np.array([torque + self.rng.normal(0, 0.1), self.rpm, self.wear, self.t / 400], dtype=np.float32)

    def step(self, a):
        self.rpm = float(np.clip(self.rpm + (a - 2) * 0.05, 0.0, 1.0))
        hard = self.layers[min(int(self.depth), 199)]
        torque = hard * self.rpm
        gain = self.rpm / hard * 0.5
        self.depth += gain
        self.wear += 0.01 * max(0.0, torque - 0.6)
        self.t += 1
        broke = self.wear > 1
        return self._obs(torque), gain - 10.0 * broke, bool(broke or self.depth >= 199 or self.t >= 400)


class Net(nn.Module):
    def __init__(self, width=128):
        super().__init__()
        self.width = width
        self.enc = nn.Linear(Drill.n_obs + Drill.n_act + 1, width)
        self.lstm = nn.LSTM(width, width)
        self.adv, self.val = nn.Linear(width, Drill.n_act), nn.Linear(width, 1)

    def forward(self, x, hc):
        y, hc = self.lstm(torch.relu(self.enc(x)), hc)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), hc

    def zeros(self, n=1):
        return torch.zeros(1, n, self.width), torch.zeros(1, n, self.width)


def pack(obs, action, reward):
    one = np.zeros(Drill.n_act, dtype=np.float32)
    if action is not None:
        one[action] = 1
    return np.concatenate([obs, one, [np.float32(reward)]]).astype(np.float32)


@ray.remote
class ParameterServer:
    def __init__(self, weights):
        self.weights, self.version = weights, 0

    def put(self, weights):
        self.weights, self.version = weights, self.version + 1

    def get(self):
        return self.weights

    def age(self):
        return self.version


@ray.remote
class Replay:
    def __init__(self, capacity=20_000):
        self.items, self.prio = deque(maxlen=capacity), deque(maxlen=capacity)
        self.returns = deque(maxlen=100)

    def add(self, seqs, ret=None):
        for s in seqs:
            self.items.append(s)
            self.prio.append(s.pop("priority"))
        if ret is not None:
            self.returns.append(ret)

    def size(self):
        return len(self.items)

    def mean_return(self):
        return float(np.mean(self.returns)) if self.returns else float("nan")

    def sample(self, n):
        return random.choices(self.items, weights=self.prio, k=n)


@ray.remote
class Actor:
    def __init__(self, rank, n_actors, ps, replay):
        torch.set_num_threads(1)
        self.eps = 0.4 ** (1 + 7 * rank / max(1, n_actors - 1))
        self.env, self.net = Drill(rank), Net().eval()
        self.ps, self.replay = ps, replay
        self.steps = 0
        self.net.load_state_dict(ray.get(ps.get.remote()))

    @torch.no_grad()
    def run(self):
        while True:
            obs, over = self.env.reset(), False
            self.hc = self.net.zeros()
            last_a, last_r, total = None, 0.0, 0.0
            xs, acts, rews, hs = [], [], [], []
            while not over:
                if self.steps % 400 == 0:
                    self.net.load_state_dict(ray.get(self.ps.get.remote()))
                x = pack(obs, last_a, last_r)
                hs.append(tuple(t.numpy().copy() for t in self.hc))
                q, self.hc = self.net(torch.from_numpy(x).view(1, 1, -1), self.hc)
                a = random.randrange(Drill.n_act) if random.random() < self.eps else int(q.argmax())
                obs, r, over = self.env.step(a)
                xs.append(x)
                acts.append(a)
                rews.append(r)
                last_a, last_r, total = a, r, total + r
                self.steps += 1
            xs.append(pack(obs, last_a, last_r))
            self.replay.add.remote(self._cut(xs, acts, rews, hs), total)

    @staticmethod
    def _cut(xs, acts, rews, hs):
        out, n = [], BURN + UNROLL
        for i in range(0, len(acts) - n, OVERLAP):
            out.append(dict(
                x=np.stack(xs[i : i + n + 1]), a=np.array(acts[i : i + n]), r=np.array(rews[i : i + n], np.float32),
                h=hs[i][0], c=hs[i][1], priority=1.0 + abs(float(np.sum(rews[i : i + n]))),
            ))
        return out


def learn(net, target, opt, seqs, gamma=0.997):
    x = torch.from_numpy(np.stack([s["x"] for s in seqs], 1))
    a = torch.from_numpy(np.stack([s["a"] for s in seqs], 1))
    r = torch.from_numpy(np.stack([s["r"] for s in seqs], 1))
    hc = tuple(torch.from_numpy(np.concatenate([s[k] for s in seqs], 1)) for k in ("h", "c"))
    with torch.no_grad():
        _, warm = net(x[:BURN], hc)
        _, twarm = target(x[:BURN], hc)
        tq, _ = target(x[BURN:], twarm)
    q, _ = net(x[BURN:], warm)
    best = q[1:].argmax(-1, keepdim=True)
    y = r[BURN:] + gamma * tq[1:].gather(-1, best).squeeze(-1)
    loss = nn.functional.smooth_l1_loss(q[:-1].gather(-1, a[BURN:].unsqueeze(-1)).squeeze(-1), y)
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 40.0)
    opt.step()
    return float(loss)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--actors", type=int, default=4)
    ap.add_argument("--updates", type=int, default=100_000)
    args = ap.parse_args()
    ray.init()
    net, target = Net(), Net()
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=1e-4, eps=1e-3)
    ps = ParameterServer.remote({k: v.clone() for k, v in net.state_dict().items()})
    replay = Replay.remote()
    actors = [Actor.remote(i, args.actors, ps, replay) for i in range(args.actors)]
    for actor in actors:
        actor.run.remote()
    while ray.get(replay.size.remote()) < 500:
        time.sleep(1)
    for k in range(1, args.updates + 1):
        loss = learn(net, target, opt, ray.get(replay.sample.remote(64)))
        if k % 10 == 0:
            ps.put.remote({n: v.clone() for n, v in net.state_dict().items()})
        if k % 2500 == 0:
            target.load_state_dict(net.state_dict())
        if k % 500 == 0:
            print(k, f"loss {loss:.4f}  return {ray.get(replay.mean_return.remote()):.2f}")


if __name__ == "__main__":
    main()
