"""Candidates of a search: random numbers added, round after round, to weights that were put aside before the loop.

``candidate = mean + sigma * torch.randn_like(mean)``: what comes of it is no step of the weights that the network has
in this round, which are the last candidate's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.typestate import noise, saved
from lstm_lint.typestate.values import Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter


def drawn(run: Interpreter, expr: facts.Operation, values: list[Value], out: Value) -> Value:
    """The result of arithmetic, marked as a candidate where it is one."""
    if out.noise != noise.RANDOM or expr.op not in ("+", "-"):
        return out
    for operand, value in zip(expr.operands, values, strict=True):
        if saved.is_copy(value) and not value.noise and isinstance(operand, facts.Name) and _stays(run, expr, operand):
            return replace(out, noise=noise.CANDIDATE)
    return out


def _stays(run: Interpreter, expr: facts.Operation, name: facts.Name) -> bool:
    """Whether a variable is what it was before the innermost loop around an expression, or one of the candidates."""
    around = [loop for loop in walk.loops(run.frame.body) if _holds(loop.body, expr)]
    if not around:
        return False
    bound = walk.bound_in(around[-1].body).names.get(name.id, ())
    return all(binding.how == "value" and isinstance(binding.expr, facts.Name) for binding in bound)


def _holds(shape: Shape, expr: facts.Operation) -> bool:
    return any(each is expr for action in walk.actions(shape) for each in walk.expressions(action))
