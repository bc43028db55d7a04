"""The calls that led to the activations under way, and what they hand over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.handed import argument

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter


def call_of(run: Interpreter, depth: int) -> facts.Call | None:
    """The call that an activation comes of, as its caller has it."""
    called = run.frames[depth].call
    return walk.call_at(run.frames[depth - 1].body, called.span) if depth and called is not None else None


def handed(run: Interpreter, depth: int, name: str) -> facts.Expr | None:
    """What that call hands to a parameter; None for a default, and for a variable that is no parameter."""
    frame, call = run.frames[depth], call_of(run, depth)
    if call is None or frame.function is None or all(each.name != name for each in frame.function.parameters):
        return None
    return argument(call, run.project.symbols.function_info(frame.module, frame.klass, frame.function), name)
