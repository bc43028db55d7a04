"""Overhead crane with a hidden rope length: curriculum with parameter restarts, RecurrentPPO.

When a lesson is passed, training goes on from the parameters of the best evaluation of that lesson.
The switch is prepared while stepping and carried out at the beginning of the next rollout.
"""
from __future__ import annotations

import argparse
from collections import deque
from pathlib import Path

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, EvalCallback
from stable_baselines3.common.env_util import make_vec_env

LESSONS = [(1.0, 1.2), (0.8, 1.8), (0.5, 3.0)]


class CraneEnv(gym.Env):
    def __init__(self, lesson: int = 0):
        super().__init__()
        self.lesson = lesson
        self.observation_space = spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (1,), np.float32)

    def set_lesson(self, lesson: int) -> None:
        self.lesson = lesson

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        low, high = LESSONS[self.lesson]
        self.rope = float(self.np_random.uniform(low, high))
        self.x, self.v, self.angle, self.omega, self.t = 0.0, 0.0, 0.0, 0.0, 0
        self.goal = float(self.np_random.uniform(1.0, 3.0))
        return self._obs(), {}

    def step(self, action):
        a = float(np.clip(action[0], -1, 1))
        self.v += 0.05 * a
        self.x += 0.05 * self.v
        self.omega += 0.05 * (-9.81 * np.sin(self.angle) - a * np.cos(self.angle)) / self.rope
        self.angle += 0.05 * self.omega
        self.t += 1
        error = abs(self.goal - self.x) + abs(self.angle)
        success = error < 0.05 and abs(self.v) < 0.05
        truncated = self.t >= 400
        return self._obs(), -0.01 * error + 5.0 * success, success, truncated, {"is_success": success}

    def _obs(self):
        return np.array([self.goal - self.x, self.v, self.angle], dtype=np.float32)


class LessonCallback(BaseCallback):
    def __init__(self, best_dir: Path, passed_at: float = 0.85, window: int = 200):
        super().__init__(verbose=1)
        self.best_dir = best_dir
        self.passed_at = passed_at
        self.results: deque[bool] = deque(maxlen=window)
        self.lesson = 0
        self.switch_pending = False

    def _on_step(self) -> bool:
        for done, info in zip(self.locals["dones"], self.locals["infos"]):
            if done:
                self.results.append(info["is_success"])
        full = len(self.results) == self.results.maxlen
        if full and np.mean(self.results) >= self.passed_at and self.lesson + 1 < len(LESSONS):
            self.switch_pending = True
        return True

    def _on_rollout_start(self) -> None:
        if not self.switch_pending:
            return
        self.switch_pending = False
        self.lesson += 1
        self.results.clear()
        self.training_env.env_method("set_lesson", self.lesson)
        best = self.best_dir / "best_model.zip"
        if best.exists():
            self.model.set_parameters(str(best))
        # start over: fresh episodes, and the flags make the policy zero its LSTM states
        self.model._last_obs = self.training_env.reset()
        self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
        print(f"lesson {self.lesson} begins at step {self.num_timesteps}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=3_000_000)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--best-dir", type=Path, default=Path("best"))
    args = parser.parse_args()

    env = make_vec_env(CraneEnv, n_envs=args.n_envs)
    eval_env = make_vec_env(CraneEnv, n_envs=1, env_kwargs={"lesson": len(LESSONS) - 1})
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=400, batch_size=400, gae_lambda=0.97, verbose=1)
    callbacks = CallbackList([
        EvalCallback(eval_env, best_model_save_path=str(args.best_dir), eval_freq=10_000, n_eval_episodes=20),
        LessonCallback(args.best_dir),
    ])
    model.learn(args.steps, callback=callbacks)
    model.save("crane")


if __name__ == "__main__":
    main()
