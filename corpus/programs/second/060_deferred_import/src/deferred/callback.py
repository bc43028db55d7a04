from __future__ import annotations

import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback

from .queue import Orders


class RemoteControl(BaseCallback):
    """Carries out what is written in the orders file."""

    model: RecurrentPPO

    def __init__(self, orders: Orders, every: int = 512):
        super().__init__()
        self.orders = orders
        self.every = every
        self.wanted: str | None = None
        self.lr: float | None = None
        self.stop = False

    def _on_step(self) -> bool:
        if self.n_calls % self.every == 0:
            for order in self.orders.read():
                self.wanted = order.get("load", self.wanted)
                self.lr = order.get("lr", self.lr)
                self.stop = self.stop or bool(order.get("stop"))
        return not self.stop

    def _blank(self):
        old = self.model._last_lstm_states
        return RNNStates(tuple(th.zeros_like(x) for x in old.pi), tuple(th.zeros_like(x) for x in old.vf))

    def _on_rollout_start(self) -> None:
        if self.lr is not None:
            self.model.learning_rate = self.lr
            self.model._setup_lr_schedule()
            self.lr = None
        if self.wanted is None:
            return
        path, self.wanted = self.wanted, None
        try:
            self.model.set_parameters(path, device=self.model.device)
        except (FileNotFoundError, ValueError) as err:
            self.logger.warn(f"{path}: {err}")
            self.model._last_lstm_states = self._blank()
            return
        self.model._last_lstm_states = self._blank()
        self.logger.info(f"{self.num_timesteps}: runs on {path}")
