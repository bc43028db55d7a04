"""At which moment of a stable-baselines3 training loop the calling code runs.

Read from the call stack, since callbacks, hooks, environments and threads can all call us and none is told. In the
stock loop (`collect_rollouts` of sb3-contrib) the state is copied to a local variable after `_on_rollout_start`, and
each step is stored with the state before it only after `_on_step`: in between, a change of the algorithm's state is
lost for acting and wrong in the buffer.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from enum import Enum
from types import FrameType


class Moment(Enum):
    """A part of the training loop, as far as it matters to carried state."""

    OUTSIDE = "outside of a rollout"
    ROLLOUT_START = "in _on_rollout_start"
    INSIDE_ROLLOUT = "inside a rollout"
    ROLLOUT_END = "in _on_rollout_end"
    UPDATE = "inside train()"


# What a loop calls on its callback, and when.
_CALLBACK = {
    "on_rollout_start": Moment.ROLLOUT_START,
    "on_step": Moment.INSIDE_ROLLOUT,
    "on_rollout_end": Moment.ROLLOUT_END,
}


def moment_of(model: object) -> Moment:
    """Where `model` is in its training loop, in the calling thread or else in any other."""
    own = threading.get_ident()
    here = _in_stack(sys._getframe(1), model)
    if here is not Moment.OUTSIDE:
        return here
    elsewhere = [_in_stack(frame, model) for thread, frame in sys._current_frames().items() if thread != own]
    return next((moment for moment in elsewhere if moment is not Moment.OUTSIDE), Moment.OUTSIDE)


def _in_stack(frame: FrameType, model: object) -> Moment:
    """The moment that the innermost loop of `model` in this stack is at."""
    inner: list[FrameType] = []
    for loop in _outwards(frame):
        name = loop.f_code.co_name
        if name in {"collect_rollouts", "train"} and loop.f_locals.get("self") is model:
            return Moment.UPDATE if name == "train" else _in_rollout(loop, inner[::-1], model)
        inner.append(loop)
    return Moment.OUTSIDE


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _in_rollout(loop: FrameType, inner: list[FrameType], model: object) -> Moment:
    """`inner` are the frames from the one that the loop called to ours."""
    called = next((name for name in (frame.f_code.co_name for frame in inner) if name in _CALLBACK), None)
    if called is not None:
        return _CALLBACK[called]
    # A loop of the user's own may well reset between two of its steps; the stock one never does.
    own = inner and not _is_stock(loop) and (inner[0].f_locals.get("self") is model or _is_ours(inner[0]))
    return Moment.OUTSIDE if own else Moment.INSIDE_ROLLOUT


def _is_stock(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] in {"sb3_contrib", "stable_baselines3"}


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] == "lstm_runtime"
