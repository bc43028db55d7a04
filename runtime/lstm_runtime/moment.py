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


_OF_CALLBACK = {"on_rollout_start": Moment.ROLLOUT_START, "on_rollout_end": Moment.ROLLOUT_END}


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
    for loop, called in _calls(frame):
        name = loop.f_code.co_name
        if name in {"collect_rollouts", "train"} and loop.f_locals.get("self") is model:
            return Moment.UPDATE if name == "train" else _in_rollout(loop, called, model)
    return Moment.OUTSIDE


def _calls(frame: FrameType | None) -> Iterator[tuple[FrameType, FrameType | None]]:
    """Each frame from the inside out, with the frame that it called."""
    called = None
    while frame is not None:
        yield frame, called
        frame, called = frame.f_back, frame


def _in_rollout(loop: FrameType, called: FrameType | None, model: object) -> Moment:
    if called is None:
        return Moment.INSIDE_ROLLOUT
    moment = _OF_CALLBACK.get(called.f_code.co_name)
    if moment is not None:
        return moment
    # A loop of the user's own may well reset between two of its steps; the stock one never does.
    if not _is_stock(loop) and (called.f_locals.get("self") is model or _is_ours(called)):
        return Moment.OUTSIDE
    return Moment.INSIDE_ROLLOUT


def _is_stock(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] in {"sb3_contrib", "stable_baselines3"}


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] == "lstm_runtime"
