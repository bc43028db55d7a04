"""A library goes on after a hook: what it calls next on the object that it handed to the hook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.project import FunctionInfo
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.attributes import methods_of
from lstm_lint.typestate.inlining import enter_each
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def go_on(run: Interpreter, function: FunctionInfo, handed: Value | None, state: State) -> None:
    """Run the methods that follow on a hook, where a replacement has left a state of the object behind."""
    if handed is None or not state.loads:
        return
    for name in run.project.hooks.then(function):
        bound = methods_of(run, handed, name, state)
        if bound:
            enter_each(run, bound, Arguments((), ()), function.fact.span, state, False)
