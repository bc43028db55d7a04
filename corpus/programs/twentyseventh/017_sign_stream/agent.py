import argparse
import functools
from pathlib import Path

import torch
from torch.distributions import Categorical

from clips import ClipSource
from recogniser import SignRecogniser


def per_clip(fn):
    @functools.wraps(fn)
    def inner(self, frames, *args, **kw):
        self.net.new_clip()
        return fn(self, frames, *args, **kw)
    return inner


class SignAgent:
    WAIT_COST = 0.01

    def __init__(self, lr=5e-4):
        self.net = SignRecogniser()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.baseline = 0.0

    @per_clip
    def practise(self, frames, label):
        logps, reward = [], -0.5
        for t, frame in enumerate(frames):
            dist = Categorical(logits=self.net(frame))
            a = dist.sample()
            logps.append(dist.log_prob(a))
            if a.item():
                reward = (1.0 if a.item() == label else -1.0) - self.WAIT_COST * t
                break
        loss = -(reward - self.baseline) * torch.stack(logps).sum()
        self.baseline += 0.01 * (reward - self.baseline)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return reward

    @per_clip
    @torch.no_grad()
    def recognise(self, frames):
        for frame in frames:
            a = self.net(frame).argmax().item()
            if a:
                return a
        return 0

    def save(self, path):
        torch.save(self.net.state_dict(), path)

    def load(self, path):
        self.net.load_state_dict(torch.load(path))
        self.net.new_clip()


def accuracy(agent, source, n=200):
    hits = 0
    for _ in range(n):
        frames, label = source.clip()
        hits += agent.recognise(frames) == label
    return hits / n


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--clips", type=int, default=60_000)
    p.add_argument("--ckpt", type=Path, default=Path("sign_best.pt"))
    p.add_argument("--demo", action="store_true")
    args = p.parse_args()
    agent, source = SignAgent(), ClipSource()
    if args.demo:
        agent.load(args.ckpt)
        print("accuracy", accuracy(agent, source, 1000))
        return
    best = 0.0
    for n in range(1, args.clips + 1):
        agent.practise(*source.clip())
        if n % 2000 == 0:
            acc = accuracy(agent, source)
            print(n, f"baseline {agent.baseline:.3f} accuracy {acc:.3f}")
            if acc >= best:
                best = acc
                agent.save(args.ckpt)


if __name__ == "__main__":
    main()
