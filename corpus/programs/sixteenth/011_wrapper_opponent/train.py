import argparse
from pathlib import Path

import gymnasium as gym
from stable_baselines3 import SAC
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv

import twoplayer_soccer  # noqa: F401
from soccer_env import VersusEnv


class StrongerRival(BaseCallback):
    """Raise the bar as soon as the learner wins most of its games."""

    def __init__(self, ladder, window=100, need=0.7):
        super().__init__()
        self.ladder = list(ladder)
        self.window = window
        self.need = need
        self.level = 0
        self.results = []

    def _on_step(self):
        for info in self.locals["infos"]:
            if "episode" in info:
                self.results.append(info["episode"]["r"] > 0)
        self.results = self.results[-self.window:]
        rate = sum(self.results) / max(1, len(self.results))
        if len(self.results) == self.window and rate > self.need and self.level + 1 < len(self.ladder):
            self.level += 1
            self.training_env.env_method("use_rival", str(self.ladder[self.level]))
            self.results.clear()
            self.logger.record("league/level", self.level)
        return True


def make(league):
    def thunk():
        return Monitor(VersusEnv(gym.make("TwoPlayerSoccer-v1"), league, swap_prob=0.2))
    return thunk


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--league", type=Path, default=Path("league"))
    ap.add_argument("--envs", type=int, default=8)
    ap.add_argument("--steps", type=int, default=5_000_000)
    args = ap.parse_args()
    env = SubprocVecEnv([make(args.league) for _ in range(args.envs)])
    model = SAC("MlpPolicy", env, verbose=1)
    model.learn(args.steps, callback=StrongerRival(sorted(args.league.glob("*.pt"))))
    model.save("soccer_sac")


if __name__ == "__main__":
    main()
