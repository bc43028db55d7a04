"""Generators that go on for ever, and are over: closed, or with nothing left that refers to them.

Their variables are gone, and whatever went stale in these is met by nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.typestate import going, phases
from lstm_lint.typestate.paths import Place
from lstm_lint.typestate.values import NOTHING, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def closed(run: Interpreter, value: Value, state: State) -> None:
    """``coroutine.close()``: it goes no further, where it is known which one that is."""
    if len(value.generators) == 1:
        _end(run, value.generators, state)


def let_go(run: Interpreter, place: Place, held: Value | None, state: State) -> None:
    """A variable or attribute no longer holds what it held: generators that nothing else holds are over."""
    gone = _in(held) if held is not None else frozenset()
    if not gone or _in(state.get(place) or NOTHING) >= gone:
        return
    for _, value in state.items():
        gone -= _in(value)
    _end(run, gone, state)


def _end(run: Interpreter, numbers: frozenset[int], state: State) -> None:
    for place, value in state.env.bearing() if numbers else ():
        if place.frame in numbers:
            phases.settle(run, value.tags, "gone", None, state)
    going.without(state, numbers)


def _in(value: Value) -> frozenset[int]:
    """The generators that a value, or what is in it, may be."""
    return value.generators.union(*map(_in, value.parts()))
