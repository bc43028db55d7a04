from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Optional

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from auction import Auction

POOL = Path("pool")


class SelfPlayBridge(gym.Env):
    def __init__(self, refresh: float = 0.1) -> None:
        self.observation_space = gym.spaces.Box(0, 1, (91,), np.float32)
        self.action_space = gym.spaces.Discrete(36)
        self.refresh = refresh
        self.others: Optional[RecurrentPPO] = None
        self.states: list[Any] = [None] * 4

    def _choose_opponent(self) -> None:
        files = list(POOL.glob("*.zip"))
        if not files:
            return
        path = str(random.choice(files))
        if self.others is None:
            self.others = RecurrentPPO.load(path, device="cpu")
        elif random.random() < self.refresh:
            self.others.set_parameters(path, device="cpu")

    def reset(self, *, seed: Optional[int] = None, options: Optional[dict] = None):
        super().reset(seed=seed)
        self._choose_opponent()
        self.states = [None] * 4
        self.auction = Auction(self.np_random)
        self._play_others()
        return self.auction.observe(2), {}

    def _bid(self, seat: int) -> int:
        if self.others is None:
            return int(self.np_random.choice([0, 0, 0, self.auction.top + 1])) % 36
        fresh = self.states[seat] is None
        action, self.states[seat] = self.others.predict(
            self.auction.observe(seat), self.states[seat], episode_start=np.array([fresh])
        )
        return int(action)

    def _play_others(self) -> None:
        while not self.auction.finished() and self.auction.turn != 2:
            self.auction.call(self._bid(self.auction.turn))

    def step(self, action):
        self.auction.call(int(action))
        self._play_others()
        done = self.auction.finished()
        reward = self.auction.north_south_score() if done else 0.0
        return self.auction.observe(2), reward, done, False, {}


class PoolCallback(BaseCallback):
    def __init__(self, every: int, keep: int = 20) -> None:
        super().__init__()
        self.every = every
        self.keep = keep

    def _on_step(self) -> bool:
        return True

    def _on_rollout_end(self) -> None:
        if self.num_timesteps // self.every != (self.num_timesteps - self.model.n_steps * 8) // self.every:
            self.model.save(POOL / f"{self.num_timesteps}.zip")
            files = sorted(POOL.glob("*.zip"), key=lambda f: int(f.stem))
            for old in files[: -self.keep]:
                old.unlink()


if __name__ == "__main__":
    POOL.mkdir(exist_ok=True)
    vec = make_vec_env(SelfPlayBridge, n_envs=8)
    model = RecurrentPPO("MlpLstmPolicy", vec, n_steps=256, batch_size=256, learning_rate=2e-4, verbose=1)
    model.learn(5_000_000, callback=PoolCallback(100_000))
    model.save("bridge_selfplay")
