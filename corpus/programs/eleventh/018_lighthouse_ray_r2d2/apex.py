import argparse
import random
from collections import deque

import numpy as np
import ray
import torch

from lighthouse import Lighthouse
from nets import RecurrentQ


@ray.remote(num_cpus=1)
class Collector:
    def __init__(self, idx, n_collectors, length):
        self.rng = np.random.default_rng(idx)
        self.env = Lighthouse(self.rng)
        self.net = RecurrentQ()
        self.length = length
        self.eps = 0.05 + 0.35 * idx / max(1, n_collectors - 1)
        self.obs = self.env.reset()
        self.last = 1

    def collect(self, weights):
        self.net.load_state_dict(weights)
        h = self.net.initial()
        seq = {"obs": [], "last": [], "act": [], "rew": [], "cont": []}
        for _ in range(self.length):
            x = torch.from_numpy(self.obs).view(1, 1, -1)
            with torch.no_grad():
                q, h = self.net(x, torch.tensor([[self.last]]), h)
            a = int(self.rng.integers(3)) if self.rng.random() < self.eps else int(q.argmax())
            seq["obs"].append(self.obs)
            seq["last"].append(self.last)
            self.obs, r, done = self.env.step(a)
            self.last = a
            seq["act"].append(a)
            seq["rew"].append(r)
            seq["cont"].append(0.0 if done else 1.0)
            if done:
                self.obs, self.last = self.env.reset(), 1
                break
        return {k: np.array(v) for k, v in seq.items()}


def pad(seqs, length):
    out = {}
    for key in seqs[0]:
        shape = (length, len(seqs)) + seqs[0][key].shape[1:]
        block = np.zeros(shape, dtype=seqs[0][key].dtype)
        for j, s in enumerate(seqs):
            block[: len(s[key]), j] = s[key]
        out[key] = torch.from_numpy(block)
    valid = torch.zeros(length, len(seqs))
    for j, s in enumerate(seqs):
        valid[: len(s["act"]), j] = 1.0
    return out, valid


def update(net, target, opt, seqs, length, gamma):
    b, valid = pad(seqs, length)
    h0 = net.initial(len(seqs))
    q, _ = net(b["obs"].float(), b["last"], h0)
    with torch.no_grad():
        tq, _ = target(b["obs"].float(), b["last"], h0)
        nxt = tq.gather(-1, q.argmax(-1, keepdim=True)).squeeze(-1)
        y = b["rew"][:-1].float() + gamma * b["cont"][:-1].float() * nxt[1:]
    has_next = torch.maximum(valid[1:], 1 - b["cont"][:-1].float()) * valid[:-1]
    td = q.gather(-1, b["act"].unsqueeze(-1)).squeeze(-1)[:-1] - y
    loss = (has_next * td.pow(2)).sum() / has_next.sum()
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 10.0)
    opt.step()
    return loss.item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--collectors", type=int, default=4)
    ap.add_argument("--length", type=int, default=50)
    ap.add_argument("--rounds", type=int, default=20000)
    ap.add_argument("--gamma", type=float, default=0.97)
    args = ap.parse_args()
    ray.init()
    net, target = RecurrentQ(), RecurrentQ()
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    replay = deque(maxlen=5000)
    workers = [Collector.remote(i, args.collectors, args.length) for i in range(args.collectors)]
    ref = ray.put(net.state_dict())
    running = {w.collect.remote(ref): w for w in workers}
    for n in range(1, args.rounds + 1):
        ready, _ = ray.wait(list(running))
        worker = running.pop(ready[0])
        replay.append(ray.get(ready[0]))
        running[worker.collect.remote(ref)] = worker
        if len(replay) < 64:
            continue
        loss = update(net, target, opt, random.sample(replay, 32), args.length, args.gamma)
        if n % 5 == 0:
            ref = ray.put(net.state_dict())
        if n % 200 == 0:
            target.load_state_dict(net.state_dict())
            print(n, round(loss, 4), "reward", np.mean([s["rew"].mean() for s in list(replay)[-50:]]).round(3))
    torch.save(net.state_dict(), "lighthouse.pt")


if __name__ == "__main__":
    main()
