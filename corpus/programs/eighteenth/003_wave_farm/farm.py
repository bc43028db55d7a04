import argparse
from typing import Optional

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv


class WaveFarm(gym.Env):
    """Three oscillating columns behind one another, the valves of all are set together."""

    def __init__(self, length: int = 600, seed: int = 0) -> None:
        self.length = length
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (6,), np.float32)
        self.action_space = gym.spaces.MultiDiscrete([3, 3, 3])
        self.sea = np.random.default_rng(seed)

    def reset(self, *, seed: Optional[int] = None, options: Optional[dict] = None):
        super().reset(seed=seed)
        self.t = 0
        self.omega = self.sea.uniform(0.5, 1.1)
        self.height = self.sea.uniform(0.5, 3.0)
        self.level = np.zeros(3)
        self.speed = np.zeros(3)
        return self._obs(), {}

    def _obs(self) -> np.ndarray:
        return np.concatenate([self.level, self.speed]).astype(np.float32)

    def step(self, action):
        swell = self.height * np.sin(self.omega * 0.4 * self.t - np.array([0.0, 0.9, 1.8]))
        valve = 0.2 + 0.8 * np.asarray(action)
        self.speed += 0.4 * (swell - self.level - valve * self.speed)
        self.level += 0.4 * self.speed
        self.t += 1
        power = float((valve * self.speed ** 2).sum()) - 0.5 * float((np.abs(self.level) > 5).sum())
        return self._obs(), power, False, self.t >= self.length, {}


class ReturnToBest(BaseCallback):
    def __init__(self, eval_env: Monitor, file: str, every: int, tolerance: float) -> None:
        super().__init__()
        self.eval_env = eval_env
        self.file = file
        self.every = every
        self.tolerance = tolerance
        self.rollouts = 0
        self.best: Optional[float] = None

    def _on_rollout_start(self) -> None:
        self.rollouts += 1
        if self.rollouts % self.every:
            return
        score, _ = evaluate_policy(self.model, self.eval_env, n_eval_episodes=6)
        self.logger.record("best/score", score)
        if self.best is None or score > self.best:
            self.best = score
            self.model.save(self.file)
        elif score < self.best - self.tolerance * abs(self.best):
            self.model.set_parameters(self.file)
            self.model._last_episode_starts = np.ones((self.model.n_envs,), dtype=bool)

    def _on_step(self) -> bool:
        return True


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=2_000_000)
    ap.add_argument("--envs", type=int, default=6)
    ap.add_argument("--every", type=int, default=10)
    ap.add_argument("--tolerance", type=float, default=0.3)
    args = ap.parse_args()
    train_env = DummyVecEnv([lambda i=i: Monitor(WaveFarm(seed=i)) for i in range(args.envs)])
    model = RecurrentPPO("MlpLstmPolicy", train_env, n_steps=256, batch_size=256, verbose=1)
    guard = ReturnToBest(Monitor(WaveFarm(seed=999)), "best_farm.zip", args.every, args.tolerance)
    model.learn(args.steps, callback=guard)
    if guard.best is not None:
        model.set_parameters(guard.file)
    print("final", evaluate_policy(model, guard.eval_env, n_eval_episodes=20))
    model.save("farm.zip")


if __name__ == "__main__":
    main()
