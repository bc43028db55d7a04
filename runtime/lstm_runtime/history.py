"""Keeps the last observations of every environment while RecurrentPPO trains."""

from __future__ import annotations

import weakref
from collections import deque
from typing import Any

from stable_baselines3.common.callbacks import BaseCallback

from lstm_runtime.window import Step, Window, steps_in

DEFAULT_STEPS = 64


class ObservationHistory(BaseCallback):
    """A callback that keeps the last `steps` observations of each environment, as the policy saw them.

    "As the policy saw them": normalised by VecNormalize with the statistics of the time, images transposed, Dict
    observations key by key. They are copied from the rollout buffer at the end of a rollout, so a step costs nothing;
    memory is bounded by `steps` observations and states for each environment. The state that each step began with and
    the beginnings of episodes are kept beside them.

    Give the same object to every `learn()` of a model. At the start of training it takes what the rollout buffer still
    has of the last call, so it may come late. It forgets when the model was trained without it in between.
    """

    def __init__(self, steps: int = DEFAULT_STEPS, verbose: int = 0) -> None:
        super().__init__(verbose)
        if steps < 1:
            raise ValueError(f"a history keeps at least one step, not {steps}")
        self.steps = steps
        self._window: deque[Step] = deque(maxlen=steps)
        self._as_of: tuple[int, object] | None = None
        self._collecting = False

    def window(self) -> Window:
        """The steps that are kept, oldest first."""
        return tuple(self._window)

    def follows(self, model: object) -> bool:
        """Whether `model` was trained with this callback, the last time that it was used."""
        return getattr(self, "model", None) is model

    def is_current(self) -> bool:
        """Whether the last step that is kept is the last one that the model made."""
        if self._as_of is None:
            return False
        # Another run can end at the same count, so the observation that came next is asked as well.
        timesteps, next_observation = self._as_of
        return timesteps == self.model.num_timesteps and next_observation is self.model._last_obs

    @property
    def is_collecting(self) -> bool:
        """Whether a rollout is under way: its steps are in the model's rollout buffer, and follow on the window."""
        return self._collecting

    def _init_callback(self) -> None:
        _histories[self.model] = weakref.ref(self)

    def _on_training_start(self) -> None:
        if not self.is_current():
            self._window.clear()
            self._keep()

    def _on_rollout_start(self) -> None:
        if self._collecting or not self.is_current():
            # Steps went by that were not kept, or the environments began anew.
            self._window.clear()
        self._collecting = True

    def _on_step(self) -> bool:
        return True

    def _on_rollout_end(self) -> None:
        self._keep()

    def _on_training_end(self) -> None:
        if self._collecting:  # a callback ended the rollout early
            self._keep()

    def _keep(self) -> None:
        buffer: Any = getattr(self.model, "rollout_buffer", None)
        if buffer is not None:
            self._window.extend(steps_in(buffer, self.steps))
        self._as_of = self.model.num_timesteps, self.model._last_obs
        self._collecting = False


_histories: weakref.WeakKeyDictionary[object, weakref.ref[ObservationHistory]] = weakref.WeakKeyDictionary()


def history_of(model: object) -> ObservationHistory | None:
    """The history that last followed `model`, if it is still there."""
    reference = _histories.get(model)
    return None if reference is None else reference()
