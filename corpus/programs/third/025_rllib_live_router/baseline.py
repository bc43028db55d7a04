"""Shortest-queue and round-robin baselines for the numbers that live.py prints."""
import argparse

import numpy as np

from router.simnet import SimNet


class ShortestQueue:
    def __call__(self, obs):
        return int(np.argmin(obs[:-1]))


class RoundRobin:
    def __init__(self, links):
        self.links = links
        self.state = 0

    def __call__(self, obs):
        self.state = (self.state + 1) % self.links
        return self.state


def run(policy, episodes):
    env, worst = SimNet(), []
    for ep in range(episodes):
        obs, _ = env.reset(seed=ep)
        low, over = 0.0, False
        while not over:
            obs, r, term, trunc, _ = env.step(policy(obs))
            low = min(low, r)
            over = term or trunc
        worst.append(-low)
    return np.mean(worst), np.max(worst)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--episodes", type=int, default=20)
    n = ap.parse_args().episodes
    for policy in (ShortestQueue(), RoundRobin(4)):
        print(type(policy).__name__, "mean worst queue %.2f, max %.2f" % run(policy, n))
