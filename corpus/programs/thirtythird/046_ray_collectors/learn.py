from __future__ import annotations

import argparse

import numpy as np
import ray
import torch

from plugins import Picker, world


@ray.remote(num_cpus=1)
class ParamServer:
    def __init__(self, arrays):
        self.arrays = arrays
        self.clock = 0

    def push(self, arrays):
        self.arrays = arrays
        self.clock += 1

    def pull(self):
        return self.clock, self.arrays


@ray.remote(num_cpus=1)
class Collector:
    def __init__(self, key: str, server, seed: int):
        torch.manual_seed(seed)
        self.world = world(key)
        self.net = Picker(self.world.obs_size, self.world.act_size)
        self.server = server

    def episode(self):
        clock, arrays = ray.get(self.server.pull.remote())
        self.net.adopt(arrays)
        s, over = None, False
        obs = self.world.begin()
        xs, acts, rews = [], [], []
        while not over:
            with torch.no_grad():
                logits, s = self.net(torch.from_numpy(obs).view(1, 1, -1), s)
            a = torch.distributions.Categorical(logits=logits[0, 0]).sample().item()
            xs.append(obs)
            acts.append(a)
            obs, r, over = self.world.play(a)
            rews.append(r)
        return clock, np.stack(xs), np.array(acts), np.array(rews, dtype=np.float32)


def returns(rews, gamma=0.98):
    out = np.zeros_like(rews)
    acc = 0.0
    for t in reversed(range(len(rews))):
        acc = rews[t] + gamma * acc
        out[t] = acc
    return torch.from_numpy(out)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--world", default="warehouse")
    ap.add_argument("--collectors", type=int, default=8)
    ap.add_argument("--episodes", type=int, default=40000)
    ap.add_argument("--batch", type=int, default=32)
    a = ap.parse_args()
    ray.init()
    w = world(a.world)
    net = Picker(w.obs_size, w.act_size)
    opt = torch.optim.Adam(net.parameters(), 2e-3)
    server = ParamServer.remote(net.export())
    crew = [Collector.remote(a.world, server, i) for i in range(a.collectors)]
    pending = {c.episode.remote(): c for c in crew}
    batch, baseline, scores = [], 0.0, []
    for n in range(a.episodes):
        (ref,), _ = ray.wait(list(pending), num_returns=1)
        c = pending.pop(ref)
        batch.append(ray.get(ref))
        pending[c.episode.remote()] = c
        scores.append(float(batch[-1][3].sum()))
        if len(batch) < a.batch:
            continue
        loss = 0.0
        for _, xs, acts, rews in batch:
            logits, _ = net(torch.from_numpy(np.array(xs)).unsqueeze(1))
            lp = torch.log_softmax(logits[:, 0], -1)[torch.arange(len(acts)), torch.from_numpy(np.array(acts))]
            loss = loss - (lp * (returns(rews) - baseline)).sum()
        opt.zero_grad()
        (loss / len(batch)).backward()
        opt.step()
        server.push.remote(net.export())
        baseline = 0.9 * baseline + 0.1 * float(np.mean(scores[-a.batch:]))
        batch = []
        if (n + 1) % (50 * a.batch) == 0:
            print(n + 1, "score", np.mean(scores[-500:]))
    torch.save(net.state_dict(), "picker.pt")


if __name__ == "__main__":
    main()
