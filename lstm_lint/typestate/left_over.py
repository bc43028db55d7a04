"""States of members that the test of a comprehension leaves out: they are as they were once it is over.

``learner = next(m for m in members if m.learning)`` picks one of them, and ``len([m for m in members if m.ready])``
says how many there are. A list of members is gone through after it: what comes next is about those that are in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.model import Span
from lstm_lint.typestate.paths import Place
from lstm_lint.typestate.values import Phase, Value, join_values

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

LeftOver = dict[Place, Value]
_TAKES = frozenset({"all", "any", "choice", "join", "len", "max", "mean", "min", "next", "print", "sum"})
"""What gives one of those that it is handed, or says something of them."""


def left_out(passed: State, failed: State | None) -> LeftOver:
    """The states that are stale where a test fails, and not where it is passed."""
    lost: LeftOver = {}
    for place, value in failed.bearing() if failed is not None and failed.loads else ():
        held = passed.get(place)
        stale = frozenset(tag for tag in value.tags if tag.phase is Phase.STALE)
        if held is not None and not stale <= held.tags:
            lost[place] = value
    return lost


def put_back(run: Interpreter, expr: facts.Comprehension, lost: LeftOver, state: State) -> None:
    """They are there beside what has become of the others, unless what comes next is about these alone."""
    if not lost or not _is_taken(run.frame.body, expr.span):
        return
    for place, other in lost.items():
        held = state.get(place)
        if held is not None:
            state.put(place, join_values(held, other))


def _is_taken(body: Shape, span: Span) -> bool:
    """Whether a comprehension is all that a call is handed that goes through it itself."""
    return any(
        walk.last_name(call.func) in _TAKES and call.arguments and call.arguments[0].value.span == span
        for call in walk.calls(body)
    )
