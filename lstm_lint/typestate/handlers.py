"""Exceptions: what a replacement that raises leaves behind, and what a handler may know of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate.paths import Local, Place
from lstm_lint.typestate.state import State
from lstm_lint.typestate.tables import Table
from lstm_lint.typestate.values import (
    NOTHING,
    Phase,
    Tag,
    replace,
)

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter


ESCAPED = "escaped"
_RAISED_BEFORE = re.compile(
    r"^(FileNotFound|Permission|IsADirectory|NotADirectory|OS|IO|Environment|EOF|Key|Timeout|Connection\w*|BlockingIO|"
    r"Unpickling|JSONDecode|Import|ModuleNotFound)Error$|^(BadZipFile|Empty|Again)$"
)
"""Exceptions of looking for weights, which a load that has begun to write them does not raise."""


def exception_names(expr: facts.Expr) -> list[str]:
    """The classes that a handler catches, by their last names."""
    if isinstance(expr, facts.Display):
        return [name for item in expr.items for name in exception_names(item)]
    return [walk.last_name(expr)]


def thrown(after: State, unbound: State | None) -> State:
    """What an exception in or right after a replacement leaves: new weights, as a failed strict load does.

    Not so where a statement that puts another object in the place of one was the last to replace any: it fails, if at
    all, in making that object, and ``unbound`` is what held then.
    """
    state = (after if unbound is None else unbound).copy()
    if unbound is not None:
        state.env = Table((place, value) for place, value in unbound.env.items() if place in after.env)
    state.retag(lambda place, tag: frozenset({replace(tag, cause="thrown")}) if tag.event is not None else None)
    return state


def settled(escaping: State, normal: State | None) -> State:
    """Whoever resets further down in the body has thought of the state: an exception in between is no finding."""
    stale = {tag.event for _, value in normal.items() for tag in value.tags} if normal is not None else None

    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.event is None or tag.cause != "thrown":
            return None
        if stale is not None and tag.event not in stale:
            return frozenset({Tag(Phase.UNKNOWN, tag.owner, strength=tag.strength)})
        return frozenset({replace(tag, cause=ESCAPED)})

    escaping.retag(change)
    return escaping


def enter_handler(run: Interpreter, state: State, action: object) -> State | None:
    """Handlers may always be entered, the end of a ``with`` only if it swallows."""
    if isinstance(action, facts.Swallow):
        if not _swallows(action.item):
            return None
        _caught(state, [a.value for a in action.item.arguments] if isinstance(action.item, facts.Call) else [])
        return state
    if isinstance(action, facts.Catch):
        _caught(state, [] if action.exception is None else [action.exception])
    if isinstance(action, facts.Catch) and action.name is not None:
        state.env[Local(run.frame.number, action.name)] = NOTHING
    return state


def _caught(state: State, exceptions: list[facts.Expr]) -> None:
    """What no replacement raises was raised before it: the old weights are still there."""
    names = [name for each in exceptions for name in exception_names(each)]
    before = bool(names) and all(_RAISED_BEFORE.search(name) for name in names)

    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.cause != ESCAPED:
            return None
        return frozenset() if before else frozenset({replace(tag, cause="swap")})

    state.retag(change)


def catches_all(action: object) -> bool:
    """A bare ``except`` or one for Exception."""
    if isinstance(action, facts.Catch):
        name = getattr(action.exception, "id", "")
        return action.exception is None or name in ("Exception", "BaseException")
    return False


def _swallows(item: facts.Expr) -> bool:
    func = item.func if isinstance(item, facts.Call) else item
    name = getattr(func, "attr", getattr(func, "id", ""))
    return name in ("suppress", "ignored")
