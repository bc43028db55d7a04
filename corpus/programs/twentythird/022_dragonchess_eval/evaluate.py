import argparse
import collections

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import SubprocVecEnv, VecMonitor

import dragonchess  # noqa: F401


def make(rank, level):
    def _init():
        env = gym.make("DragonChess-v2", opponent=f"alphabeta:{level}")
        env.reset(seed=rank)
        return env

    return _init


class Tally:
    def __init__(self):
        self.results = collections.Counter()
        self.lengths = []

    def add(self, info):
        self.results[info.get("result", "draw")] += 1
        self.lengths.append(info["episode"]["l"])

    def __len__(self):
        return len(self.lengths)

    def line(self):
        n = max(1, len(self))
        w, d, l = (self.results[k] for k in ("win", "draw", "loss"))
        return f"+{w} ={d} -{l}  score {(w + d / 2) / n:.3f}  mean length {np.mean(self.lengths):.1f}"


def play_level(model, level, games, n_envs):
    env = VecMonitor(SubprocVecEnv([make(i, level) for i in range(n_envs)]))
    tally = Tally()
    obs = env.reset()
    lstm_states = None
    num_envs = n_envs
    # Episode start signals are used to reset the lstm states
    episode_starts = np.ones((num_envs,), dtype=bool)
    while len(tally) < games:
        action, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=True
        )
        obs, rewards, dones, infos = env.step(action)
        for done, info in zip(dones, infos):
            if done:
                tally.add(info)
    env.close()
    return tally


def elo_guess(score):
    score = min(max(score, 0.01), 0.99)
    return 400 * np.log10(score / (1 - score))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("model")
    ap.add_argument("--levels", type=int, nargs="+", default=[1, 2, 3, 4])
    ap.add_argument("--games", type=int, default=200)
    ap.add_argument("--envs", type=int, default=8)
    args = ap.parse_args()

    model = RecurrentPPO.load(args.model)
    for level in args.levels:
        t = play_level(model, level, args.games, args.envs)
        score = (t.results["win"] + t.results["draw"] / 2) / len(t)
        print(f"level {level}: {t.line()}  elo diff {elo_guess(score):+.0f}")


if __name__ == "__main__":
    main()
