from collections import deque

import numpy as np
import torch as th
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback


class DrawdownGuard(BaseCallback):
    """Saves the model at its best 5000-bar pnl and goes back to it when the pnl falls too far."""

    def __init__(self, path, window=5000, max_drop=4.0, cooldown=20_000, verbose=1):
        super().__init__(verbose)
        self.path = path
        self.pnl = deque(maxlen=window)
        self.max_drop = max_drop
        self.cooldown = cooldown
        self.best = -np.inf
        self.next_allowed = cooldown

    def _on_step(self) -> bool:
        self.pnl.append(float(np.mean([info["pnl"] for info in self.locals["infos"]])))
        if len(self.pnl) < self.pnl.maxlen:
            return True
        current = sum(self.pnl)
        if current > self.best + 0.1:
            self.best = current
            self.model.save(self.path)
        elif self.best - current > self.max_drop and self.num_timesteps >= self.next_allowed:
            self.next_allowed = self.num_timesteps + self.cooldown
            self._go_back(current)
        return True

    def _go_back(self, current):
        if self.verbose:
            print(f"{self.num_timesteps}: pnl {current:.2f}, best was {self.best:.2f}, restoring {self.path}")
        self.model.set_parameters(self.path)
        lstm = self.model.policy.lstm_actor
        shape = (lstm.num_layers, self.model.n_envs, lstm.hidden_size)
        zeros = lambda: th.zeros(shape, device=self.model.device)
        self.model._last_lstm_states = RNNStates((zeros(), zeros()), (zeros(), zeros()))
        self.model._last_episode_starts = np.ones((self.model.n_envs,), dtype=bool)
        self.pnl.clear()
