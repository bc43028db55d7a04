#!/usr/bin/env python3
import csv
import sys

import numpy as np
from sb3_contrib import RecurrentPPO

from guide_env import GuideEnv

NAMES = ["wait", "talk", "next", "joke"]


def train(out, steps):
    model = RecurrentPPO("MlpLstmPolicy", GuideEnv(), n_steps=512, batch_size=64, verbose=1)
    model.learn(steps)
    model.save(out)


def lead(path, tours, logfile):
    model = RecurrentPPO.load(path)
    env = GuideEnv()
    results = []
    with open(logfile, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["tour", "minute", "room", "action", "interest"])
        for k in range(tours):
            obs, _ = env.reset(seed=k)
            lstm_state = None
            first = np.array([True])
            total, over = 0.0, False
            while not over:
                action, _ = model.predict(obs, state=lstm_state, episode_start=first, deterministic=True)
                obs, r, term, trunc, _ = env.step(int(action))
                over = term or trunc
                first = np.array([over])
                total += r
                w.writerow([k, env.t, env.room, NAMES[int(action)], round(env.interest, 3)])
            results.append((total, env.room))
    return results


if __name__ == "__main__":
    if sys.argv[1] == "train":
        train(sys.argv[2], int(sys.argv[3]))
    else:
        res = lead(sys.argv[2], 50, "tours.csv")
        print("mean interest %.2f, last room %.2f" % tuple(np.mean(res, axis=0)))
