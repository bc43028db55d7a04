"""Where in the user's code something happened, read from the call stack."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import NamedTuple

# Frames of these packages are never the place that a user wants to read.
_LIBRARIES = frozenset({"torch", "stable_baselines3", "sb3_contrib"})
_NOT_THE_USER = _LIBRARIES | {"lstm_runtime", "contextlib", "functools"}

# Where the functions are that `@torch.no_grad()` makes.
_DECORATORS = "torch.utils._contextlib"


@dataclass(frozen=True)
class Location:
    """A line of code: path (relative to the working directory where it lies below), line from 1, function."""

    path: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Spot(NamedTuple):
    """A line, as cheap to note as can be. `through` is the function of a library that was called there, if one was."""

    code: CodeType
    line: int
    through: str | None

    def location(self) -> Location:
        """The same to be read."""
        path = self.code.co_filename
        below = os.path.relpath(path) if os.path.isabs(path) and path.startswith(os.getcwd() + os.sep) else path
        return Location(below, self.line, self.code.co_name)


def frames(start: FrameType | None) -> Iterator[FrameType]:
    """The frame and its callers, from the inside out."""
    while start is not None:
        yield start
        start = start.f_back


def user_spot() -> Spot:
    """The innermost frame that is neither ours nor a library's; the outermost of all if there is none."""
    frame: FrameType | None = sys._getframe(1)
    through = None
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        package = module.partition(".")[0]
        if package not in _NOT_THE_USER or frame.f_back is None:
            return Spot(frame.f_code, frame.f_lineno, through)
        if package in _LIBRARIES and module != _DECORATORS:
            through = frame.f_code.co_name
        frame = frame.f_back
    raise AssertionError("a running function has a frame")


def user_location() -> Location:
    """The same to be read."""
    return user_spot().location()
