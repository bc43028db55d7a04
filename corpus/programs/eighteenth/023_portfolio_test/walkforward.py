"""Trains a recurrent trader on one window of prices and tests it on the next, over and over."""
from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env


@dataclass
class Window:
    start: int
    train_end: int
    test_end: int


class Portfolio(gym.Env):
    """Weights over a few assets plus cash."""

    def __init__(self, returns: np.ndarray, fee: float = 0.001):
        self.returns = returns.astype(np.float32)
        n = returns.shape[1]
        self.fee = fee
        self.observation_space = gym.spaces.Box(-10, 10, (2 * n + 1,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (n + 1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.i = 1
        self.w = np.zeros(self.returns.shape[1] + 1, np.float32)
        self.w[-1] = 1.0
        return self._obs(), {}

    def _obs(self):
        return np.concatenate([np.clip(50 * self.returns[self.i - 1], -10, 10), self.w]).astype(np.float32)

    def step(self, action):
        e = np.exp(3 * np.asarray(action))
        new = e / e.sum()
        turnover = np.abs(new - self.w).sum()
        growth = float(new[:-1] @ self.returns[self.i]) - self.fee * float(turnover)
        self.w = new.astype(np.float32)
        self.i += 1
        return self._obs(), growth * 100, False, self.i >= len(self.returns), {"growth": growth}


def windows(n: int, train: int, test: int) -> list[Window]:
    return [Window(s, s + train, s + train + test) for s in range(0, n - train - test + 1, test)]


def test_run(model: RecurrentPPO, returns: np.ndarray, seeds: int = 3) -> list[float]:
    env = Portfolio(returns)
    totals = []
    for seed in range(seeds):
        obs, _ = env.reset(seed=seed)
        state, first, done, total = None, True, False, 0.0
        while not done:
            action, state = model.predict(obs, state=state, episode_start=np.array([first]), deterministic=seed == 0)
            obs, _, terminated, truncated, info = env.step(action)
            total += info["growth"]
            done = terminated or truncated
            first = done
        totals.append(total)
    return totals


def main() -> None:
    prices = np.load("prices.npy")
    returns = np.diff(np.log(prices), axis=0)
    results = []
    for w in windows(len(returns), train=750, test=125):
        venv = make_vec_env(lambda: Portfolio(returns[w.start:w.train_end]), n_envs=4)
        model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=256, gamma=0.95, verbose=0)
        model.learn(100_000)
        scores = test_run(model, returns[w.train_end:w.test_end])
        results.append({**asdict(w), "scores": scores})
        print(w, [round(s, 4) for s in scores])
        venv.close()
    with open("walkforward.json", "w") as f:
        json.dump(results, f, indent=2)


if __name__ == "__main__":
    main()
