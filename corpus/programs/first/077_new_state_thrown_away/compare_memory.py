"""Table 2: memory agents on the T-maze, corridor length 5..50."""
import csv
import pathlib
import sys

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3 import A2C
from stable_baselines3.common.vec_env import DummyVecEnv

from tmaze import TMaze


def rollout(model, length, n_episodes, seed):
    env = DummyVecEnv([lambda: TMaze(length)])
    env.seed(seed)
    wins = 0
    for _ in range(n_episodes):
        obs = env.reset()
        lstm_states = None
        episode_starts = np.ones((1,), dtype=bool)
        done = False
        while not done:
            action, _states = model.predict(obs, state=lstm_states, episode_start=episode_starts, deterministic=True)
            obs, reward, dones, info = env.step(action)
            episode_starts = dones
            done = bool(dones[0])
        wins += reward[0] > 0
    env.close()
    return wins / n_episodes


def rollout_ff(model, length, n_episodes, seed):
    env = DummyVecEnv([lambda: TMaze(length)])
    env.seed(seed)
    wins, played = 0, 0
    obs = env.reset()
    while played < n_episodes:
        action, _ = model.predict(obs, deterministic=True)
        obs, reward, dones, info = env.step(action)
        if dones[0]:
            wins += reward[0] > 0
            played += 1
    env.close()
    return wins / n_episodes


def main(root):
    rec = RecurrentPPO.load(pathlib.Path(root) / "rppo_tmaze")
    ff = A2C.load(pathlib.Path(root) / "a2c_tmaze")
    with open("table2.csv", "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["length", "rppo", "a2c"])
        for length in range(5, 51, 5):
            row = [length, rollout(rec, length, 100, 7), rollout_ff(ff, length, 100, 7)]
            print(*row)
            w.writerow(row)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "models")
