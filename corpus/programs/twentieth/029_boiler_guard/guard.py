import os
from collections import deque

import numpy as np
import torch
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from boiler import BoilerRoom


class BoilOverGuard(BaseCallback):
    """Go back to the best weights so far when too many boilers have boiled over."""

    def __init__(self, folder, window=50, allowed=0.2, verbose=1):
        super().__init__(verbose)
        self.path = os.path.join(folder, "guard.zip")
        self.returns = deque(maxlen=window)
        self.boiled = deque(maxlen=window)
        self.allowed = allowed
        self.best = -np.inf

    def _init_callback(self):
        os.makedirs(os.path.dirname(self.path), exist_ok=True)

    def _restart_memory(self):
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            tuple(torch.zeros_like(s) for s in old.pi),
            tuple(torch.zeros_like(s) for s in old.vf),
        )

    def _on_step(self):
        for info in self.locals["infos"]:
            if "episode" in info:
                self.returns.append(info["episode"]["r"])
                self.boiled.append(not info.get("TimeLimit.truncated", False))
        if len(self.returns) < self.returns.maxlen:
            return True
        mean = np.mean(self.returns)
        if mean > self.best:
            self.best = mean
            self.model.save(self.path)
        elif np.mean(self.boiled) > self.allowed and os.path.exists(self.path):
            self.model.set_parameters(self.path)
            self._restart_memory()
            self.returns.clear()
            self.boiled.clear()
            if self.verbose:
                print(f"{self.num_timesteps}: went back to the policy with {self.best:.1f}")
        return True


def main():
    venv = make_vec_env(BoilerRoom, n_envs=6, seed=1)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=168, batch_size=336, learning_rate=3e-4,
                         tensorboard_log="tb", verbose=0)
    model.learn(1_500_000, callback=BoilOverGuard("ckpt"))
    model.save("boiler_room")


if __name__ == "__main__":
    main()
