"""Generators that go on for ever: those that are sent what they see, and those that are over.

One that waits for what is sent to it, ``seen = yield action``, does nothing before: its state is the initial one until
the first ``send``, and what went stale in its variables is met at the next. Of one that is closed, or with nothing left
that refers to it, the variables are gone, and whatever went stale in these is met by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.typestate import going, phases
from lstm_lint.typestate.paths import Local, Place
from lstm_lint.typestate.values import NOTHING, Callable, Phase, Tag, Value, joined

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lstm_lint.typestate.going import Going
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


@dataclass
class Sent:
    """Of generators that are sent things, by their activations: what a round makes, and all that a ``send`` met."""

    rounds: dict[int, dict[Place, Value]] = field(default_factory=dict)
    met: dict[int, State] = field(default_factory=dict)


def receives(functions: frozenset[Callable]) -> bool:
    """Whether generators are sent what they go on with."""
    return bool(functions) and all(_receives(each.function.fact.body) for each in functions)


def _receives(body: Shape) -> bool:
    return any(
        isinstance(expr, facts.Yield)
        for action in walk.actions(body)
        if isinstance(action, facts.Assign)
        for expr in walk.expressions(action.value)
    )


def begun(run: Interpreter, numbers: frozenset[int], state: State) -> None:
    """They wait for the first thing that is sent: what their rounds make of a state is not there yet."""
    made: dict[int, dict[Place, Value]] = {number: {} for number in numbers}
    for place, value in state.env.bearing():
        if place.frame in numbers:
            made[place.frame][place] = value
    run.sent.rounds |= made

    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        waits = isinstance(place, Local) and place.frame in numbers and tag.phase is not Phase.FRESH
        return frozenset() if waits else None

    state.retag(change)


def sent(run: Interpreter, value: Value, call: facts.Call, state: State) -> None:
    """``generator.send(seen)``: it goes on with the state that it has by then."""
    if not call.arguments or walk.is_none(call.arguments[0].value):
        return
    for number in value.generators & run.sent.rounds.keys():
        if state.loads:
            known = run.sent.met.get(number)
            run.sent.met[number] = state.copy() if known is None else run.join(known, state.copy())
        for place, made in run.sent.rounds[number].items():
            held = state.get(place)
            state.put(place, made if held is None else joined([held, made]))


def again(run: Interpreter, goings: Iterable[Going]) -> None:
    """One more round of each loop of a generator, from what it met when something was sent to it."""
    for each in goings:
        if each.number in run.sent.met:
            going.again(run, (each,), (), run.sent.met[each.number])


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
