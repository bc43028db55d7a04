"""News of what was done about carried state, for a guard to hear: reset, re-warmed, or kept on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

# "undo": weights and state are again what they were before a replacement that failed.
Kind = Literal["reset", "rewarm", "keep", "undo"]


@dataclass(frozen=True)
class Remedy:
    """The state that `model` carries in `envs` (None: in all of them) is right for its weights from now on."""

    model: object
    kind: Kind
    envs: tuple[int, ...] | None = None


_listeners: list[Callable[[Remedy], None]] = []
_replaying: ContextVar[bool] = ContextVar("lstm_runtime_replaying", default=False)


def subscribe(listener: Callable[[Remedy], None]) -> Callable[[], None]:
    """Have `listener` called, in the thread that acts, after each remedy; returns what ends it."""
    _listeners.append(listener)

    def unsubscribe() -> None:
        if listener in _listeners:
            _listeners.remove(listener)

    return unsubscribe


def announce(remedy: Remedy) -> None:
    """Tell every listener."""
    for listener in tuple(_listeners):
        listener(remedy)


@contextmanager
def replay() -> Iterator[None]:
    """While it is open, what the policy computes in this thread is a re-warm and no use of the carried state."""
    token = _replaying.set(True)
    try:
        yield
    finally:
        _replaying.reset(token)


def is_replay() -> bool:
    """Whether a re-warm is going on in this thread."""
    return _replaying.get()
