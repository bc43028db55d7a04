import argparse
import time
from collections import OrderedDict

import gymnasium as gym
import numpy as np
import popgym  # noqa: F401
from sb3_contrib import RecurrentPPO

ENVS = ["popgym-CountRecallEasy-v0", "popgym-AutoencodeEasy-v0", "popgym-HigherLowerEasy-v0"]


class Meter:
    def __init__(self):
        self.d = OrderedDict()

    def add(self, k, v):
        self.d.setdefault(k, []).append(v)

    def table(self):
        for k, v in self.d.items():
            print(f"{k:35s} {np.mean(v):7.3f} +- {np.std(v):.3f} (n={len(v)})")


def bench(env_id, path, total_steps, meter):
    env = gym.make(env_id)
    model = RecurrentPPO.load(path)
    states = None
    ret, n = 0.0, 0
    obs, _ = env.reset(seed=0)
    t0 = time.time()
    for _ in range(total_steps):
        action, states = model.predict(obs, state=states, deterministic=True)
        obs, r, term, trunc, _ = env.step(action)
        ret += float(r)
        n += 1
        if term or trunc:
            meter.add(env_id, ret)
            ret = 0.0
            obs, _ = env.reset()
    meter.add(env_id + " fps", n / (time.time() - t0))
    env.close()


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--models", default="models")
    ap.add_argument("--steps", type=int, default=20_000)
    args = ap.parse_args()
    m = Meter()
    for e in ENVS:
        bench(e, f"{args.models}/{e}.zip", args.steps, m)
    m.table()
