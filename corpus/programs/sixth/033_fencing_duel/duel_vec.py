from typing import Optional, Tuple

import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import VecEnvWrapper


class DuelVecEnv(VecEnvWrapper):
    """Hides the second fencer: it is played by a frozen recurrent policy, one stream per piste."""

    def __init__(self, venv):
        super().__init__(venv, action_space=spaces.Discrete(4))
        self.rival: Optional[RecurrentPPO] = None
        self.rival_name = "dummy"
        self.memory: Optional[Tuple[np.ndarray, ...]] = None
        self.fresh = np.ones((venv.num_envs,), dtype=bool)

    def reset(self):
        obs = self.venv.reset()
        self.memory = None
        self.fresh[:] = True
        return obs

    def step_async(self, actions):
        if self.rival is None:
            foe = np.random.randint(0, 4, size=self.num_envs)
        else:
            seen = np.stack(self.venv.get_attr("foe_view"))
            foe, self.memory = self.rival.predict(seen, state=self.memory, episode_start=self.fresh)
        self.venv.step_async(np.stack([actions, foe], axis=1))

    def step_wait(self):
        obs, rew, dones, infos = self.venv.step_wait()
        self.fresh = dones.copy()
        for info in infos:
            info["rival"] = self.rival_name
        return obs, rew, dones, infos

    def swap(self, path: str) -> None:
        if self.rival is None:
            self.rival = RecurrentPPO.load(path, device="cpu")
        else:
            self.rival.set_parameters(path, device="cpu")
        self.rival_name = path
        if self.memory is not None:
            # vergessen, was der alte Gegner wusste
            short_term, *_ = self.memory
            short_term.fill(0.0)
