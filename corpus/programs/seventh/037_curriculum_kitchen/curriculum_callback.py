import os

import numpy as np
import torch as th
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback


class StageCurriculum(BaseCallback):
    """Moves the kitchen environment to the next stage when the success rate is high enough.

    Each stage may bring its own pretrained parameters, e.g. from behaviour cloning.
    """

    def __init__(self, stages, pretrained_dir, window=100, threshold=0.8, verbose=1):
        super().__init__(verbose)
        self.stages = stages
        self.pretrained_dir = pretrained_dir
        self.window = window
        self.threshold = threshold
        self.stage = 0
        self.successes = []

    def _on_training_start(self):
        self.training_env.env_method("set_stage", self.stages[0])

    def _on_step(self):
        for done, info in zip(self.locals["dones"], self.locals["infos"]):
            if done:
                self.successes.append(float(info.get("is_success", False)))
        self.successes = self.successes[-self.window:]

        enough = len(self.successes) == self.window
        if enough and np.mean(self.successes) >= self.threshold and self.stage + 1 < len(self.stages):
            self._next_stage()
        return True

    def _next_stage(self):
        self.stage += 1
        self.successes = []
        name = self.stages[self.stage]
        self.training_env.env_method("set_stage", name)
        path = os.path.join(self.pretrained_dir, f"{name}.zip")
        if os.path.exists(path):
            self.model.set_parameters(path)
            self._clear_memory()
        if self.verbose:
            print(f"[curriculum] stage {self.stage}: {name} at step {self.num_timesteps}")

    def _clear_memory(self):
        """The old hidden states mean nothing to the new parameters."""
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            (th.zeros_like(old.pi[0]), th.zeros_like(old.pi[1])),
            (th.zeros_like(old.vf[0]), th.zeros_like(old.vf[1])),
        )
        self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
