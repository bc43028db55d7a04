"""Where in the user's code something happened, read from the call stack."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType

# Frames of these packages are never the place that a user wants to read.
_NOT_THE_USER = frozenset({"torch", "stable_baselines3", "sb3_contrib", "lstm_runtime", "contextlib", "functools"})


@dataclass(frozen=True)
class Location:
    """A line of code: path (relative to the working directory where it lies below), line from 1, function."""

    path: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def frames(start: FrameType | None) -> Iterator[FrameType]:
    """The frame and its callers, from the inside out."""
    while start is not None:
        yield start
        start = start.f_back


def user_location() -> Location:
    """The innermost frame that is neither ours nor a library's; the outermost of all if there is none."""
    outermost = None
    for frame in frames(sys._getframe(1)):
        outermost = frame
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] not in _NOT_THE_USER:
            return _location(frame)
    assert outermost is not None, "a running function has a frame"
    return _location(outermost)


def _location(frame: FrameType) -> Location:
    path = frame.f_code.co_filename
    below = os.path.relpath(path) if os.path.isabs(path) and path.startswith(os.getcwd() + os.sep) else path
    return Location(below, frame.f_lineno, frame.f_code.co_name)
