"""Calls of project functions that there was no time to read: what they may have done, by the names in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.model import Span
from lstm_lint.typestate import uses
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.narrow import RESETS
from lstm_lint.typestate.paths import Local, Place
from lstm_lint.typestate.targets import looks_like_state
from lstm_lint.typestate.unreadable import forget
from lstm_lint.typestate.values import Callable, CallMark, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_IN_PLACE = frozenset({"zero_", "fill_", "clear", "copy_", "zeros_like", "new_zeros", "masked_fill_", "mul_"})
_BY_NAME = frozenset({"setattr", "__dict__", "vars", "globals"})


def called(run: Interpreter, bound: Callable, arguments: Arguments, span: Span, state: State) -> Value | None:
    """What comes out of a call of a function that was not read; None where nothing is known of it.

    The states that it may reset are of unknown phase from here on. ``out, h = net.act(x, h)`` is a step all the same.
    """
    words = run.project.wording.of(bound.function)
    stepped = _stepped(run, bound, arguments, span, state)
    given = arguments.packed()
    refs = given.holds | given.refs
    if bound.receiver is not None:
        refs |= bound.receiver.refs
    handed = frozenset(arguments.places())

    def spared(place: Place) -> bool:
        if words is None or not words.isdisjoint(_BY_NAME):
            return stepped is not None and isinstance(place, Local) and place in handed
        if isinstance(place, Local):
            return place.name not in words and (place not in handed or words.isdisjoint(_IN_PLACE))
        way = (*place.owner.attrs, place.attr)
        return words.isdisjoint(way) and not any(RESETS.search(word) for word in words)

    forget(run, refs, span, bound.function.fact.name, state, spared)
    return stepped


def _stepped(run: Interpreter, bound: Callable, arguments: Arguments, span: Span, state: State) -> Value | None:
    """``out, h = net.act(x, h)`` where there was no time to read ``act``: the next state comes out, as of any network.

    None where it is not plainly so: nothing that may be a state is handed in, or what gets it may clear it.
    """
    function = bound.function
    if bound.receiver is None or function.klass is None or not bound.receiver.refs:
        return None
    if run.project.recurrence.of(function.klass) != "yes" or not _IN_PLACE.isdisjoint(function.fact.mentions):
        return None
    places = frozenset(place for place in arguments.places() if looks_like_state(place))
    if not places:
        return None
    for ref in sorted(bound.receiver.refs, key=str):
        uses.use_value(run, arguments.packed(), ref, span, f"{function.fact.name}()", state, capped=True)
    marks = frozenset(CallMark(run.site(span), ref, places) for ref in bound.receiver.refs)
    return Value(calls=marks, known=False)
