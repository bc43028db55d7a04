import itertools
import os
import sys
from collections import defaultdict

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv

from pong2p import Pong2P


class RecurrentBot:
    def __init__(self, path):
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.model = RecurrentPPO.load(path, device="cpu", custom_objects={"lr_schedule": lambda _: 0.0, "clip_range": lambda _: 0.0})
        self.state = None
        self.start = True

    def __call__(self, obs):
        a, self.state = self.model.predict(obs, state=self.state, episode_start=np.array([self.start]))
        self.start = False
        return a


class ChaseBot:
    name = "chase"

    def __call__(self, obs):
        return 1 if obs[1] > obs[3] else 2


def match(a_path, b_path, games):
    env = Pong2P()
    score = np.zeros(2)
    for _ in range(games):
        bots = [ChaseBot() if p == "chase" else RecurrentBot(p) for p in (a_path, b_path)]
        obs, done = env.reset(), False
        while not done:
            obs, winner, done = env.step([b(o) for b, o in zip(bots, obs)])
        score[winner] += 1
    return score


def elo(results, k=24, rounds=200):
    r = defaultdict(lambda: 1200.0)
    for _ in range(rounds):
        for (a, b), s in results.items():
            e = 1 / (1 + 10 ** ((r[b] - r[a]) / 400))
            got = s[0] / s.sum()
            r[a] += k * (got - e)
            r[b] -= k * (got - e)
    return dict(sorted(r.items(), key=lambda x: -x[1]))


if __name__ == "__main__":
    root = sys.argv[1]
    paths = [os.path.join(root, f) for f in os.listdir(root) if f.endswith(".zip")] + ["chase"]
    results = {}
    for a, b in itertools.combinations(paths, 2):
        results[a, b] = match(a, b, games=20)
        print(os.path.basename(a), os.path.basename(b), results[a, b])
    for name, e in elo(results).items():
        print(f"{e:7.1f}  {name}")
