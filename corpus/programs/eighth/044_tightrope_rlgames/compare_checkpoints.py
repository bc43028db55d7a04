"""Play several rl_games checkpoints of the tightrope walker with one LSTM player."""
import argparse
import glob
import os
from typing import Dict, List

import gym
import numpy as np
import torch
import yaml
from rl_games.common import env_configurations, vecenv
from rl_games.torch_runner import Runner


class TightropeEnv(gym.Env):
    """Balance with a pole; gusts are correlated in time and not observed."""

    def __init__(self, **kwargs):
        self.gust_scale = kwargs.get("gust_scale", 0.3)
        self.observation_space = gym.spaces.Box(-5.0, 5.0, shape=(3,), dtype=np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, shape=(1,), dtype=np.float32)

    def reset(self):
        self.lean = np.random.normal(0, 0.02)
        self.rate = 0.0
        self.gust = 0.0
        self.progress = 0.0
        self.t = 0
        return self._obs()

    def _obs(self):
        return np.array([self.lean, self.progress / 20, np.sin(self.t / 10)], dtype=np.float32)

    def step(self, action):
        pole = float(np.clip(np.ravel(action)[0], -1, 1))
        self.gust = 0.98 * self.gust + self.gust_scale * np.random.normal(0, 0.1)
        self.rate += 0.02 * (9.0 * np.sin(self.lean) - 4.0 * pole + self.gust)
        self.lean += 0.02 * self.rate
        self.progress += 0.02 * max(0.0, 1.0 - abs(self.lean))
        self.t += 1
        fallen = abs(self.lean) > 0.6
        arrived = self.progress >= 20.0
        reward = 0.02 * (1 - abs(self.lean)) - 5.0 * fallen + 5.0 * arrived
        return self._obs(), reward, bool(fallen or arrived or self.t >= 2000), {"arrived": arrived}


def register() -> None:
    vecenv.register("RAY", lambda name, actors, **kw: vecenv.RayVecEnv(name, actors, **kw))
    env_configurations.register(
        "tightrope",
        {"vecenv_type": "RAY", "env_creator": lambda **kwargs: TightropeEnv(**kwargs)},
    )


def make_player(config_file: str):
    with open(config_file) as handle:
        config = yaml.safe_load(handle)
    config["params"]["config"]["env_name"] = "tightrope"
    config["params"]["config"].setdefault("player", {})["use_vecenv"] = False
    runner = Runner()
    runner.load(config)
    runner.reset()
    return runner.create_player()


def play_crossing(player, env, max_steps: int = 2000) -> Dict[str, float]:
    """One crossing with the weights that the player has now."""
    obs = player.env_reset(env)
    if player.is_rnn:
        player.init_rnn()
    total, steps, arrived = 0.0, 0, False
    while steps < max_steps:
        action = player.get_action(obs, is_deterministic=True)
        obs, reward, done, info = player.env_step(env, action)
        total += float(torch.as_tensor(reward).sum())
        steps += 1
        if bool(torch.as_tensor(done).any()):
            arrived = bool(info.get("arrived", False))
            break
    return {"return": total, "steps": steps, "arrived": float(arrived)}


def compare(player, files: List[str], crossings: int) -> None:
    player.has_batch_dimension = False
    best_file, best_return = None, -np.inf
    for file in files:
        player.restore(file)
        results = [play_crossing(player, player.env) for _ in range(crossings)]
        mean = {key: float(np.mean([r[key] for r in results])) for key in results[0]}
        print(
            f"{os.path.basename(file):40s} return {mean['return']:7.2f} "
            f"steps {mean['steps']:7.1f} arrived {mean['arrived']:.0%}"
        )
        if mean["return"] > best_return:
            best_file, best_return = file, mean["return"]
    print(f"best: {best_file} ({best_return:.2f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config")
    parser.add_argument("pattern", help="for example 'runs/tightrope/nn/*.pth'")
    parser.add_argument("--crossings", type=int, default=20)
    args = parser.parse_args()

    register()
    player = make_player(args.config)
    files = sorted(glob.glob(args.pattern), key=os.path.getmtime)
    if not files:
        raise SystemExit(f"nothing matches {args.pattern}")
    compare(player, files, args.crossings)


if __name__ == "__main__":
    main()
