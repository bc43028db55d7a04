"""Makes `train()` replay a reset that happened between two steps of a rollout.

`train()` runs whole pieces of a rollout from the state that is stored with their first step, so it would carry the old
state over the reset. An episode start in the buffer is where it begins anew, but the advantages read the same array, as
the end of an episode. So the mark is set after these are computed and before `train()` reads: at its first look at
`self.policy`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lstm_runtime.guards import slot
from lstm_runtime.moment import Moment, moment_of


def mark_reset(target: Any, envs: tuple[int, ...]) -> None:
    """The state of these environments was put back to initial before the step that the rollout is at."""
    buffer = getattr(target, "rollout_buffer", None)
    # The first step of a rollout is the beginning of a piece in any case.
    if buffer is None or buffer.full or buffer.pos == 0 or moment_of(target) is not Moment.INSIDE_ROLLOUT:
        return
    _Mark(target, buffer, buffer.pos, envs)


class _Mark:
    def __init__(self, target: Any, buffer: Any, step: int, envs: tuple[int, ...]) -> None:
        self._target, self._buffer, self._step, self._envs = target, buffer, step, envs
        self._end: Callable[[], None] = slot.on_read(type(target), "policy", self._read)

    def _read(self, instance: object, name: str) -> None:
        if instance is not self._target:
            return
        buffer = self._buffer
        if not buffer.full:
            if buffer.pos < self._step:  # another rollout began: this one was dropped
                self._end()
            return
        if moment_of(instance) is Moment.UPDATE:
            self._end()
            if not buffer.generator_ready:
                buffer.episode_starts[self._step, list(self._envs)] = 1.0
