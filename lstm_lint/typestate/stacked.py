"""Batches that are put together of the entries of one table: ``torch.stack([self.memory[key] for key in keys])``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate.paths import Place
from lstm_lint.typestate.targets import cannot_be_state, place_of

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_TOGETHER = frozenset({"stack", "cat", "concat", "concatenate", "vstack", "hstack"})
_TAKES = frozenset({"get", "setdefault"})


def table(run: Interpreter, expr: facts.Call, state: State) -> frozenset[Place]:
    """The table whose entries, one for each key, are the rows of what a call makes; empty where there is none."""
    if walk.last_name(expr.func) not in _TOGETHER or not expr.arguments:
        return frozenset()
    rows = _written_out(run, expr.arguments[0].value)
    if not isinstance(rows, facts.Comprehension) or rows.kind not in ("list", "generator"):
        return frozenset()
    places = {place_of(run, each, state) for each in _taken_from(rows.element)}
    return frozenset(place for place in places if place and len(places) == 1 and not cannot_be_state(place))


def _written_out(run: Interpreter, expr: facts.Expr) -> facts.Expr:
    """The expression that a variable is bound to, where it is bound once."""
    bound = run.bound_names().get(expr.id, []) if isinstance(expr, facts.Name) else []
    return bound[0].expr if len(bound) == 1 and bound[0].how == "value" else expr


def _taken_from(element: facts.Expr) -> Iterator[facts.Expr]:
    """What entries are taken out of."""
    for each in walk.expressions(element):
        if isinstance(each, facts.Subscript):
            yield each.value
        elif isinstance(each, facts.Call) and isinstance(each.func, facts.Attribute) and each.func.attr in _TAKES:
            yield each.func.value
