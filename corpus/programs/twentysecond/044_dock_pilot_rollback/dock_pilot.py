"""Harbour pilot: keeps a car ferry on its track into the slip. PPO-LSTM with rollback."""
from copy import deepcopy
from dataclasses import dataclass

import gymnasium as gym
import numpy as np
import tyro
from gymnasium.wrappers import TimeLimit
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env


@dataclass
class Options:
    steps: int = 2_000_000
    envs: int = 16
    tolerance: float = 0.3
    patience: int = 3
    out: str = "pilot"


class SlipEnv(gym.Env):
    observation_space = gym.spaces.Box(-10, 10, (4,), np.float32)
    action_space = gym.spaces.Discrete(5)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.offset = self.np_random.uniform(-1, 1)
        self.rate = 0.0
        self.to_go = 1.0
        self.tide = self.np_random.normal(0, 0.01)
        return self._sensors(), {}

    def _sensors(self):
        noise = self.np_random.normal(0, 0.05, 2)
        return np.array([self.offset + noise[0], self.to_go, np.sign(self.offset), noise[1]], np.float32)

    def step(self, action):
        self.rate = 0.9 * self.rate + 0.01 * (int(action) - 2) + 0.1 * self.tide
        self.offset += self.rate
        self.to_go -= 0.005
        crash = abs(self.offset) > 2.0
        arrived = self.to_go <= 0
        reward = -abs(self.offset) * 0.05
        if arrived:
            reward += 5.0 * max(0.0, 0.3 - abs(self.offset))
        return self._sensors(), reward - 3.0 * crash, bool(crash or arrived), False, {}


class Rollback(BaseCallback):
    def __init__(self, tolerance: float, patience: int):
        super().__init__()
        self.tolerance, self.patience = tolerance, patience
        self.best, self.params, self.strikes = -np.inf, None, 0

    def _on_step(self) -> bool:
        return True

    def _on_rollout_start(self) -> None:
        episodes = self.model.ep_info_buffer
        if len(episodes) < 80:
            return
        score = float(np.mean([e["r"] for e in episodes]))
        self.logger.record("rollback/score", score)
        if score > self.best:
            self.best, self.strikes = score, 0
            self.params = deepcopy(self.model.get_parameters())
            return
        if score > self.best - self.tolerance * abs(self.best):
            return
        self.strikes += 1
        if self.strikes < self.patience:
            return
        self.model.set_parameters(self.params)
        self.model._last_episode_starts = np.ones(self.model.n_envs, dtype=bool)
        self.strikes = 0
        episodes.clear()


def evaluate(model: RecurrentPPO, episodes: int = 30) -> float:
    env = TimeLimit(SlipEnv(), 400)
    total = 0.0
    for ep in range(episodes):
        obs, _ = env.reset(seed=ep)
        state, start, over = None, np.array([True]), False
        while not over:
            action, state = model.predict(obs, state=state, episode_start=start, deterministic=True)
            obs, reward, terminated, truncated, _ = env.step(action)
            over = terminated or truncated
            start = np.array([over])
            total += reward
    return total / episodes


def main(opt: Options) -> None:
    venv = make_vec_env(lambda: TimeLimit(SlipEnv(), 400), n_envs=opt.envs)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=128, batch_size=512, gae_lambda=0.9, verbose=1)
    model.learn(opt.steps, callback=Rollback(opt.tolerance, opt.patience))
    model.save(opt.out)
    print("evaluation", evaluate(model))


if __name__ == "__main__":
    main(tyro.cli(Options))
