import os

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class CollapseGuard(BaseCallback):
    """Keeps the best model seen so far and returns to it when the mean return collapses."""

    def __init__(self, folder, check_freq=2000, margin=250.0, verbose=1):
        super().__init__(verbose)
        self.path = os.path.join(folder, "guard_best.zip")
        self.check_freq = check_freq
        self.margin = margin
        self.best = -np.inf
        self.returns_to_best = 0

    def _init_callback(self):
        os.makedirs(os.path.dirname(self.path), exist_ok=True)

    def _mean_return(self):
        buf = self.model.ep_info_buffer
        if len(buf) < 20:
            return None
        return float(np.mean([ep["r"] for ep in buf]))

    def _blank_memory(self):
        states = self.model._last_lstm_states
        for part in (*states.pi, *states.vf):
            part.zero_()

    def _on_step(self):
        if self.n_calls % self.check_freq:
            return True
        mean = self._mean_return()
        if mean is None:
            return True
        if mean > self.best:
            self.best = mean
            self.model.save(self.path)
        elif mean < self.best - self.margin:
            self.model.set_parameters(self.path, device=self.model.device)
            self._blank_memory()
            self.model.ep_info_buffer.clear()
            self.returns_to_best += 1
            if self.verbose:
                print(f"[guard] {self.num_timesteps}: {mean:.1f} after {self.best:.1f}, back to the best model")
        self.logger.record("guard/best", self.best)
        self.logger.record("guard/returns_to_best", self.returns_to_best)
        return True
