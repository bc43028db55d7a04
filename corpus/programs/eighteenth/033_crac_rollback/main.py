from __future__ import annotations

import gymnasium as gym
import hydra
import numpy as np
from omegaconf import DictConfig
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from rollback import SLARollback


class CracRoom(gym.Env):
    """Four CRAC units cool two aisles; each unit's filter clogs slowly and nobody measures it."""

    def __init__(self, steps: int = 720):
        self.steps = steps
        self.observation_space = gym.spaces.Box(-10, 10, (7,), np.float32)
        self.action_space = gym.spaces.MultiDiscrete([4, 4, 4, 4])

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.i = 0
        self.aisle = self.np_random.uniform(22, 25, 2)
        self.clog = self.np_random.uniform(0.6, 1.0, 4)
        self.load = self.np_random.uniform(0.5, 1.0, 2)
        self.last = np.zeros(4)
        return self._obs(), {}

    def _obs(self):
        return np.array([*(self.aisle - 24) / 4, *self.last / 3, self.i / self.steps], np.float32)

    def step(self, action):
        self.last = np.asarray(action, float)
        air = self.last * self.clog
        self.load = np.clip(self.load + self.np_random.normal(0, 0.03, 2), 0.2, 1.4)
        self.aisle += self.load - 0.012 * np.array([air[:2].sum(), air[2:].sum()]) * (self.aisle - 14)
        hot = bool((self.aisle > 27).any())
        reward = -0.02 * float((self.last ** 2).sum()) - float(np.clip(self.aisle - 27, 0, 10).sum())
        self.i += 1
        return self._obs(), reward, False, self.i >= self.steps, {"hot": hot}


@hydra.main(version_base=None, config_path=None)
def main(cfg: DictConfig) -> None:
    n_envs = cfg.get("n_envs", 16)
    venv = VecMonitor(DummyVecEnv([CracRoom for _ in range(n_envs)]))
    model = RecurrentPPO(
        "MlpLstmPolicy", venv, n_steps=cfg.get("n_steps", 180), batch_size=360,
        gamma=0.99, ent_coef=0.005, verbose=1,
    )
    model.learn(cfg.get("steps", 6_000_000), callback=SLARollback())
    model.save("crac.zip")


if __name__ == "__main__":
    main()
