"""Weights of a network's own into which others are put: ``own = net.state_dict(); own.update(part_of_a_file)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.exploits import reads_a_file
from lstm_lint.typestate.values import Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_DEPTH = 6


def update(run: Interpreter, base: Value, call: facts.Call, state: State) -> None:
    """``update`` of a dict of weights: with some out of a file it holds the network's own no more."""
    if not base.weights_of or base.mixed or not any(_is_of_file(run, each.value, _DEPTH) for each in call.arguments):
        return
    for place in base.src:
        held = state.get(place)
        if held is not None and held.weights_of:
            state.put(place, replace(held, mixed=True))


def _is_of_file(run: Interpreter, expr: facts.Expr, depth: int) -> bool:
    """Whether an expression is made of what was read from a file in this function, by whatever names."""
    bound = walk.bound_in(run.frame.body).names
    for each in walk.expressions(expr):
        if isinstance(each, facts.Call) and reads_a_file(each):
            return True
        if isinstance(each, facts.Name) and depth:
            ways = (binding.expr for binding in bound.get(each.id, ()) if binding.how == "value")
            if any(_is_of_file(run, way, depth - 1) for way in ways):
                return True
    return False
