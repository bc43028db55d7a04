"""Calls of a method that some of the classes an object may be of have from a library, and others from the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.project import FunctionInfo
from lstm_lint.project.types import Types
from lstm_lint.typestate import effects, inlining
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.values import Callable, Value, join_values, replace
from lstm_lint.vocabulary import MethodRow

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def of_library(run: Interpreter, base: Value, name: str) -> Types:
    """The classes that have the method by a row, where others of them have one of the project; else none."""
    methods = {t: run.project.classes.method(t.ref, name) for t in base.types}
    if not any(isinstance(method, FunctionInfo) for method in methods.values()):
        return frozenset()
    return frozenset(t for t, method in methods.items() if isinstance(method, MethodRow))


def call(
    run: Interpreter, row: MethodRow, types: Types, bound: frozenset[Callable], base: Value, func: facts.Expr,
    expr: facts.Call, arguments: Arguments, state: State, entering: bool,
) -> Value:  # fmt: skip
    """The method of the project and that of the library's classes ``types``, from the same state; joined."""
    other = state.copy()
    refs = frozenset(ref for ref in base.refs if not types.isdisjoint(run.types_of(ref, state) or base.types))
    ours = inlining.enter_each(run, bound, arguments, expr.span, state, entering)
    theirs = effects.method(run, row, replace(base, refs=refs, types=types), func, expr, arguments, other)
    state.become(run.join(state, other))
    return join_values(ours, theirs)
