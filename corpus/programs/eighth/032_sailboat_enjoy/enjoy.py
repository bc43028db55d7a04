#!/usr/bin/env python3
"""Watch a trained sailboat skipper beat to windward, in several boats at once."""
import argparse
import time

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv


class TackingEnv(gym.Env):
    """Sail upwind; the wind shifts slowly and is only felt as heel angle."""

    def __init__(self, max_steps: int = 400):
        self.max_steps = max_steps
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (4,), np.float32)
        self.action_space = gym.spaces.Discrete(5)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.pos = np.zeros(2)
        self.heading = np.pi / 4
        self.wind = self.np_random.normal(0, 0.2)
        self.steps = 0
        return self._obs(), {}

    def _boat_speed(self):
        angle = abs((self.heading - self.wind + np.pi) % (2 * np.pi) - np.pi)
        return 0.0 if angle < 0.6 else float(np.sin(angle) ** 0.5 if np.sin(angle) > 0 else 0.3)

    def _obs(self):
        return np.array(
            [self.pos[0] / 50, self.pos[1] / 50, np.sin(self.heading), self._boat_speed()],
            dtype=np.float32,
        )

    def step(self, action):
        self.heading += 0.1 * (int(action) - 2)
        self.wind += self.np_random.normal(0, 0.01)
        speed = self._boat_speed()
        self.pos += speed * np.array([np.sin(self.heading), np.cos(self.heading)]) * 0.5
        self.steps += 1
        finished = self.pos[1] > 50
        reward = speed * np.cos(self.heading) * 0.1 + (10.0 if finished else 0.0)
        return self._obs(), float(reward), bool(finished), self.steps >= self.max_steps, {}


def chart(positions: np.ndarray, width: int = 60) -> str:
    row = [" "] * width
    for index, x in enumerate(positions):
        column = int(np.clip((x + 1) / 2 * (width - 1), 0, width - 1))
        row[column] = str(index % 10)
    return "|" + "".join(row) + "|"


def enjoy(model: RecurrentPPO, n_boats: int, n_steps: int, delay: float) -> None:
    env = DummyVecEnv([TackingEnv for _ in range(n_boats)])
    obs = env.reset()
    lstm_states = None
    episode_starts = np.ones((n_boats,), dtype=bool)
    running = np.zeros(n_boats)
    finished = []

    for step in range(n_steps):
        actions, lstm_states = model.predict(
            obs,
            state=lstm_states,
            episode_start=episode_starts,
            deterministic=True,
        )
        obs, rewards, dones, infos = env.step(actions)
        episode_starts = dones
        running += rewards
        for boat in np.flatnonzero(dones):
            finished.append(running[boat])
            print(f"boat {boat} finished, return {running[boat]:.2f}")
            running[boat] = 0.0
        if step % 5 == 0:
            print(chart(obs[:, 0]))
        if delay:
            time.sleep(delay)
    env.close()
    if finished:
        print(f"{len(finished)} races, mean return {np.mean(finished):.2f}")


if __name__ == "__main__":
    cli = argparse.ArgumentParser()
    cli.add_argument("model")
    cli.add_argument("--boats", type=int, default=3)
    cli.add_argument("--steps", type=int, default=2000)
    cli.add_argument("--delay", type=float, default=0.02)
    options = cli.parse_args()
    enjoy(RecurrentPPO.load(options.model), options.boats, options.steps, options.delay)
