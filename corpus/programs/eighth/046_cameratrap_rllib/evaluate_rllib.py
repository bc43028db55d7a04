"""Score RLlib checkpoints (PPO with LSTM) that decide when a wildlife camera wakes up."""
import argparse
import json
from pathlib import Path

import gymnasium as gym
import numpy as np
from ray.rllib.algorithms.ppo import PPOConfig
from ray.tune.registry import register_env


class CameraTrapEnv(gym.Env):
    """Sleep or watch; animals come at hours that differ from place to place."""

    def __init__(self, config=None):
        config = config or {}
        self.days = config.get("days", 10)
        self.observation_space = gym.spaces.Box(-1.0, 1.0, (4,), np.float32)
        self.action_space = gym.spaces.Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.peak = self.np_random.uniform(0, 24)
        self.battery = 1.0
        self.slot = 0
        return self._obs(False), {}

    def _obs(self, photo):
        hour = 2 * np.pi * (self.slot % 96) / 96
        return np.array([np.sin(hour), np.cos(hour), float(photo), self.battery], dtype=np.float32)

    def step(self, action):
        hour = (self.slot % 96) / 4
        distance = min(abs(hour - self.peak), 24 - abs(hour - self.peak))
        animal = self.np_random.random() < 0.3 * np.exp(-(distance ** 2) / 4) + 0.01
        awake = int(action) == 1
        self.battery = max(0.0, self.battery - (0.004 if awake else 0.0002))
        photo = awake and animal
        self.slot += 1
        terminated = self.battery <= 0
        truncated = self.slot >= 96 * self.days
        return self._obs(photo), float(photo), terminated, truncated, {}


def build_algorithm(cell_size):
    register_env("camera_trap", lambda cfg: CameraTrapEnv(cfg))
    config = (
        PPOConfig()
        .environment("camera_trap")
        .framework("torch")
        .rollouts(num_rollout_workers=0)
        .training(model={"use_lstm": True, "lstm_cell_size": cell_size, "max_seq_len": 32})
    )
    return config.build()


class Evaluator:
    def __init__(self, algorithm, episodes):
        self.algorithm = algorithm
        self.episodes = episodes
        self.env = CameraTrapEnv({"days": 10})
        self.state = []

    def use_checkpoint(self, path):
        self.algorithm.restore(str(path))

    def begin_episode(self, seed):
        self.state = self.algorithm.get_policy().get_initial_state()
        obs, _ = self.env.reset(seed=seed)
        return obs

    def run_episode(self, seed):
        obs = self.begin_episode(seed)
        photos, done = 0.0, False
        while not done:
            action, self.state, _ = self.algorithm.compute_single_action(
                obs, state=self.state, explore=False
            )
            obs, reward, terminated, truncated, _ = self.env.step(action)
            photos += reward
            done = terminated or truncated
        return photos

    def score(self, path):
        self.use_checkpoint(path)
        photos = [self.run_episode(seed) for seed in range(self.episodes)]
        return {"mean": float(np.mean(photos)), "min": float(np.min(photos)), "max": float(np.max(photos))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("experiment", type=Path, help="folder with checkpoint_* folders")
    parser.add_argument("--episodes", type=int, default=25)
    parser.add_argument("--cell-size", type=int, default=64)
    parser.add_argument("--output", type=Path, default=Path("camera_scores.json"))
    args = parser.parse_args()

    algorithm = build_algorithm(args.cell_size)
    evaluator = Evaluator(algorithm, args.episodes)
    scores = {}
    for path in sorted(args.experiment.glob("checkpoint_*")):
        scores[path.name] = evaluator.score(path)
        print(path.name, scores[path.name])
    args.output.write_text(json.dumps(scores, indent=2))
    algorithm.stop()


if __name__ == "__main__":
    main()
