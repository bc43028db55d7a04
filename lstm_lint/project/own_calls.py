"""What a method hands to another one of its object: ``self.advance(obs, self.memory)``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project


class Handed(NamedTuple):
    """A value, with the parameter that it is called by in the method that gets it."""

    value: facts.Expr
    parameter: str
    scope: Scope


def handed(project: Project, call: facts.Call, scope: Scope) -> Iterator[Handed]:
    """The arguments of a call of a method on the own object, each with where it arrives."""
    name = _called(call, scope.function)
    method = project.classes.method(scope.klass, name) if name and scope.klass is not None else None
    if not isinstance(method, FunctionInfo) or method.fact is scope.function or _is_static(method.fact):
        return
    there = Scope(method.module, scope.klass, method.fact)
    for at, parameter in enumerate(method.fact.parameters[1:]):
        value = walk.argument_of(call, parameter.name, at) if parameter.kind not in ("star", "doublestar") else None
        if value is not None:
            yield Handed(value, parameter.name, there)


def _called(call: facts.Call, function: facts.FunctionFact | None) -> str | None:
    """The method of the own object that a call is of: ``self.advance(…)``, or ``forward`` for ``self(…)``."""
    if function is None or not function.parameters:
        return None
    own, func = function.parameters[0].name, call.func
    if isinstance(func, facts.Name):
        return "forward" if func.id == own else None
    return func.attr if isinstance(func, facts.Attribute) and walk.chain(func.value) == own else None


def _is_static(function: facts.FunctionFact) -> bool:
    named = {walk.last_name(each) for each in function.decorators}
    return not function.parameters or not named.isdisjoint({"staticmethod", "classmethod"})
