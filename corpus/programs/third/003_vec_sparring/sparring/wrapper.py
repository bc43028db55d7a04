from __future__ import annotations

import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import VecEnv, VecEnvWrapper


class SparringVecEnv(VecEnvWrapper):
    """Plays the second cart with a frozen RecurrentPPO and shows the first cart only."""

    def __init__(self, venv: VecEnv, opponent: RecurrentPPO | None = None):
        super().__init__(venv, action_space=spaces.Discrete(3))
        self.opponent = opponent
        self._foe_obs = np.zeros((venv.num_envs, 3), np.float32)
        self._foe_state = None
        self._foe_start = np.ones(venv.num_envs, dtype=bool)

    def promote(self, path: str) -> None:
        if self.opponent is None:
            self.opponent = RecurrentPPO.load(path, device="cpu")
            return
        self.opponent.set_parameters(path, device="cpu")

    def reset(self) -> np.ndarray:
        obs = self.venv.reset()
        self._foe_obs = np.stack([info["foe_obs"] for info in self.venv.reset_infos])
        self._foe_state = None
        self._foe_start = np.ones(self.num_envs, dtype=bool)
        return obs

    def step_async(self, actions: np.ndarray) -> None:
        if self.opponent is None:
            foe = np.random.randint(0, 3, size=self.num_envs)
        else:
            foe, self._foe_state = self.opponent.predict(
                self._foe_obs, state=self._foe_state, episode_start=self._foe_start
            )
        self.venv.step_async(np.stack([actions, foe], axis=1))

    def step_wait(self):
        obs, rewards, dones, infos = self.venv.step_wait()
        for i, info in enumerate(infos):
            self._foe_obs[i] = self.venv.reset_infos[i]["foe_obs"] if dones[i] else info["foe_obs"]
        self._foe_start = dones
        return obs, rewards, dones, infos
