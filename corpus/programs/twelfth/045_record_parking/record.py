#!/usr/bin/env python
"""Record videos of the parking agent."""
import argparse
import csv
import datetime
import os

import gymnasium as gym
import highway_env  # noqa: F401
import numpy as np
from gymnasium.wrappers import FlattenObservation, RecordVideo
from sb3_contrib import RecurrentPPO

ENV_CONFIG = {
    "observation": {
        "type": "KinematicsGoal",
        "features": ["x", "y", "cos_h", "sin_h"],
        "scales": [100, 100, 1, 1],
        "normalize": False,
    },
    "duration": 60,
    "screen_width": 900,
    "screen_height": 450,
}


def build_env(folder, every):
    env = gym.make("parking-v0", config=ENV_CONFIG, render_mode="rgb_array")
    env = RecordVideo(env, folder, episode_trigger=lambda e: e % every == 0, name_prefix="parking")
    return FlattenObservation(env)


class Player:
    def __init__(self, model, deterministic):
        self.model = model
        self.deterministic = deterministic
        self.reset()

    def reset(self):
        self.lstm_state = None
        self.start = np.array([True])

    def __call__(self, obs):
        action, self.lstm_state = self.model.predict(
            obs, state=self.lstm_state, episode_start=self.start, deterministic=self.deterministic
        )
        self.start = np.array([False])
        return action


def play(env, player):
    obs, info = env.reset()
    player.reset()
    total, length = 0.0, 0
    terminated = truncated = False
    while not (terminated or truncated):
        obs, reward, terminated, truncated, info = env.step(player(obs))
        total += reward
        length += 1
    return dict(reward=round(total, 3), length=length, success=bool(info.get("is_success", False)),
                crashed=bool(info.get("crashed", False)))


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("model")
    ap.add_argument("-n", "--episodes", type=int, default=20)
    ap.add_argument("-e", "--every", type=int, default=5)
    ap.add_argument("-o", "--out", default=None)
    ap.add_argument("--sample", action="store_true", help="sample actions instead of taking the mean")
    args = ap.parse_args()

    out = args.out or os.path.join("videos", datetime.datetime.now().strftime("%Y%m%d-%H%M%S"))
    os.makedirs(out, exist_ok=True)
    env = build_env(out, args.every)
    player = Player(RecurrentPPO.load(args.model), deterministic=not args.sample)

    rows = []
    for i in range(args.episodes):
        row = play(env, player)
        rows.append(row)
        print(f"{i:3d}", row)
    env.close()

    with open(os.path.join(out, "episodes.csv"), "w", newline="") as f:
        w = csv.DictWriter(f, fieldnames=list(rows[0]))
        w.writeheader()
        w.writerows(rows)
    print("success rate", np.mean([r["success"] for r in rows]))


if __name__ == "__main__":
    main()
