import copy

import numpy as np
import torch
from stable_baselines3.common.callbacks import BaseCallback


class BestLapRollback(BaseCallback):
    """Goes back to the best driver when the mean return of the last laps has fallen too far."""

    def __init__(self, check_freq=4096, drop=0.5, verbose=1):
        super().__init__(verbose)
        self.check_freq = check_freq
        self.drop = drop
        self.best_return = -np.inf
        self.best_policy = None
        self.rollbacks = 0

    @property
    def mean_return(self):
        buf = self.model.ep_info_buffer
        return float(np.mean([e["r"] for e in buf])) if buf else None

    def _keep(self, value):
        self.best_return = value
        self.best_policy = copy.deepcopy(self.model.policy.state_dict())

    def _clear_memory(self):
        states = self.model._last_lstm_states
        self.model._last_lstm_states = type(states)(
            tuple(torch.zeros_like(s) for s in states.pi),
            tuple(torch.zeros_like(s) for s in states.vf),
        )

    def _rollback(self):
        self.model.policy.load_state_dict(self.best_policy)
        self._clear_memory()
        self.rollbacks += 1
        self.logger.record("rollback/count", self.rollbacks)
        if self.verbose:
            print(f"[{self.num_timesteps}] back to the driver with {self.best_return:.1f}")

    def _on_step(self) -> bool:
        if self.n_calls % self.check_freq:
            return True
        value = self.mean_return
        if value is None:
            return True
        if value > self.best_return:
            self._keep(value)
        elif value < self.best_return - self.drop * abs(self.best_return):
            self._rollback()
        return True
