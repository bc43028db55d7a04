"""A library goes on after a hook: what it calls next on the object that it trains, whose hook it is or is handed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.project import FunctionInfo
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.attributes import methods_of
from lstm_lint.typestate.inlining import enter_each
from lstm_lint.typestate.values import NOTHING, Value
from lstm_lint.vocabulary.schema import PassRow

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def go_on(run: Interpreter, function: FunctionInfo, trained: Value | None, state: State) -> None:
    """Run the methods that follow on a hook, where a replacement has left a state of the object behind."""
    if trained is None or not state.loads:
        return
    row = run.project.hooks.passes(frozenset().union(*(run.types_of(ref, state) for ref in trained.refs)))
    then = run.project.hooks.then(function)
    if row is not None and _comes_within(run, function, row):
        then = tuple(name for name in then if name not in row.besides)
    began = row is not None and function.fact.name == row.start
    for name in then:
        began = began or (row is not None and name == row.start)
        bound = methods_of(run, trained, name, state)
        if bound:
            first = began and row is not None and name == row.step
            arguments = _first_round(function, row) if first and row is not None else Arguments((), ())
            enter_each(run, bound, arguments, function.fact.span, state, False)


def _comes_within(run: Interpreter, function: FunctionInfo, row: PassRow) -> bool:
    """Whether a hook may come in the midst of a pass: not what itself stands between two passes."""
    return function.fact.name not in row.besides and run.project.hooks.is_within(row)


def _first_round(function: FunctionInfo, row: PassRow) -> Arguments:
    """What the library hands to the first round of a pass."""
    number = Value(const=facts.Constant(0, function.fact.span))
    return Arguments((*(NOTHING for _ in range(row.position)), number), ())
