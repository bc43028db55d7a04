"""Measures each new rl_games checkpoint of the turbine run as soon as it shows up.

    python watch_checkpoints.py --config turbine_lstm.yaml --nn runs/turbine/nn --episodes 10
"""
import argparse
import csv
import time
from pathlib import Path

import numpy as np
import yaml
from rl_games.common import env_configurations
from rl_games.torch_runner import Runner

from turbine_env import TurbineEnv

env_configurations.register(
    "turbine",
    {"vecenv_type": "RAY", "env_creator": lambda **kwargs: TurbineEnv(**kwargs)},
)


def build_player(config_file):
    with open(config_file) as f:
        config = yaml.safe_load(f)
    runner = Runner()
    runner.load(config)
    return runner.create_player()


class Watcher:
    def __init__(self, player, folder, episodes, report):
        self.player = player
        self.folder = folder
        self.episodes = episodes
        self.report = report
        self.seen = set()

    def new_checkpoints(self):
        files = sorted(self.folder.glob("*.pth"), key=lambda p: p.stat().st_mtime)
        return [f for f in files if f.name not in self.seen]

    def play_episode(self, env):
        obs, _ = env.reset()
        self.player.reset()
        total, steps, done = 0.0, 0, False
        while not done:
            action = self.player.get_action(self.player.obs_to_torch(obs), is_deterministic=True)
            obs, reward, terminated, truncated, _ = env.step(action.cpu().numpy())
            total += reward
            steps += 1
            done = terminated or truncated
        return total, steps

    def measure(self, checkpoint):
        self.player.restore(str(checkpoint))
        rows = []
        for gust in (0.1, 0.3, 0.6):
            env = TurbineEnv(gust=gust)
            results = np.array([self.play_episode(env) for _ in range(self.episodes)])
            rows.append([checkpoint.name, gust, results[:, 0].mean(), results[:, 0].std(), results[:, 1].mean()])
            print("%s gust %.1f reward %.1f +- %.1f length %.0f" % tuple(rows[-1]))
        with open(self.report, "a", newline="") as f:
            csv.writer(f).writerows(rows)

    def run(self, interval):
        while True:
            for checkpoint in self.new_checkpoints():
                try:
                    self.measure(checkpoint)
                except (RuntimeError, EOFError) as error:
                    print(f"{checkpoint.name} is not readable yet: {error}")
                    continue
                self.seen.add(checkpoint.name)
            time.sleep(interval)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True)
    parser.add_argument("--nn", type=Path, required=True)
    parser.add_argument("--episodes", type=int, default=10)
    parser.add_argument("--interval", type=float, default=30.0)
    parser.add_argument("--report", default="checkpoints.csv")
    args = parser.parse_args()

    player = build_player(args.config)
    player.has_batch_dimension = False
    Watcher(player, args.nn, args.episodes, args.report).run(args.interval)


if __name__ == "__main__":
    main()
