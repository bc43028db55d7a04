import argparse

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO

from chunks import PartialPendulum

ap = argparse.ArgumentParser()
ap.add_argument("path")
ap.add_argument("--episodes", type=int, default=5)
args = ap.parse_args()

model = RecurrentPPO.load(args.path)
env = PartialPendulum(gym.make("Pendulum-v1", render_mode="human"))
for ep in range(args.episodes):
    obs, _ = env.reset()
    lstm, start, total, over = None, np.ones((1,), dtype=bool), 0.0, False
    while not over:
        act, lstm = model.predict(obs, state=lstm, episode_start=start, deterministic=True)
        obs, r, term, trunc, _ = env.step(act)
        over = term or trunc
        start = np.array([over])
        total += r
    print(ep, round(float(total), 1))
