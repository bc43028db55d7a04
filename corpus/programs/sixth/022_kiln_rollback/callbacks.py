import io

import numpy as np
import torch as th
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback


class ForgetMixin:
    """Start the next rollout as if all the kilns had just been lit."""

    def forget(self):
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            tuple(th.zeros_like(t) for t in old.pi),
            tuple(th.zeros_like(t) for t in old.vf),
        )
        self.model._last_episode_starts = np.ones((self.model.n_envs,), dtype=bool)


class RollbackCallback(ForgetMixin, BaseCallback):
    """Notices a collapse at any step, but acts only between two rollouts."""

    def __init__(self, window=4000, drop=0.8, verbose=0):
        super().__init__(verbose)
        self.window, self.drop = window, drop
        self._sum = self._n = 0
        self._best, self._blob, self._pending = -np.inf, None, False

    def _on_step(self):
        self._sum += float(self.locals["rewards"].mean())
        self._n += 1
        if self._n == self.window:
            mean, self._sum, self._n = self._sum / self._n, 0, 0
            self.logger.record("rollback/mean", mean)
            if mean > self._best:
                self._best = mean
                self._blob = io.BytesIO()
                th.save(self.model.policy.state_dict(), self._blob)
            elif mean < self._best - self.drop:
                self._pending = True
        return True

    def _on_rollout_start(self):
        if not self._pending or self._blob is None:
            return
        self._pending = False
        self._blob.seek(0)
        self.model.policy.load_state_dict(th.load(self._blob, map_location=self.model.device))
        self.forget()
        if self.verbose:
            print(f"rolled back at {self.num_timesteps}")
