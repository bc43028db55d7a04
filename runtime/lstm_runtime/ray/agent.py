"""A RecurrentPPO with all that follows it from one call of `learn()` to the next."""

from __future__ import annotations

from typing import Any

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import KVWriter, Logger

from lstm_runtime.exploit.callback import ExploitCallback
from lstm_runtime.guards import Guard
from lstm_runtime.history import ObservationHistory


class LastFigures(KVWriter):
    """Keeps the numbers that the logger of stable-baselines3 wrote last, for Tune to report."""

    def __init__(self) -> None:
        self.last: dict[str, float] = {}

    def write(self, key_values: dict[str, Any], key_excluded: dict[str, tuple[str, ...]], step: int = 0) -> None:
        self.last = {key: value.item() if hasattr(value, "item") else value for key, value in key_values.items()}

    def close(self) -> None:
        """There is nothing to close."""


class Agent:
    """The algorithm, the history of its observations, the figures of its exploits, its guard."""

    def __init__(self, model: RecurrentPPO, history_steps: int, on_stale: Any) -> None:
        self.model = model
        self.figures = LastFigures()
        self.history = ObservationHistory(history_steps)
        self.exploits = ExploitCallback(history=self.history)
        self._guard = None if on_stale is None else Guard(model, on_stale).install()
        model.set_logger(Logger(folder=None, output_formats=[self.figures]))

    def callbacks(self) -> list[BaseCallback]:
        """For every `learn()` of the model."""
        return [self.history, self.exploits]

    def close(self) -> None:
        """Take the guard off and close the environments."""
        if self._guard is not None:
            self._guard.uninstall()
        env = self.model.get_env()
        if env is not None:
            env.close()
