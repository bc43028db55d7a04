"""Methods that give out the tensors of a network in their object as they are: ``return self.net.state_dict()``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.project.receivers import weights_holder
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project
    from lstm_lint.project.classes import ClassRef

GIVING = ("state_dict", "get_parameters")
"""The methods of libraries that do so."""


def givers(project: Project) -> frozenset[str]:
    """The names of the methods in view that only hand on what such a call gives."""
    return frozenset(
        function.fact.name
        for function in project.functions
        if function.klass is not None and function.fact.name not in GIVING and _given(project, function)
    )


def gives(project: Project, ref: ClassRef, name: str) -> bool:
    """Whether a method of a class gives out the weights of a recurrent network in it."""
    method = project.classes.method(ref, name)
    if not isinstance(method, FunctionInfo):
        return False
    scope, given = Scope(method.module, method.klass, method.fact), _given(project, method)
    return bool(given) and all(weights_holder(project, each, scope) is not None for each in given)


def _given(project: Project, function: FunctionInfo) -> list[facts.Expr]:
    """What a method returns the weights of; nothing where it returns anything else."""
    if function.fact.mentions.isdisjoint(GIVING):
        return []
    found: list[facts.Expr] = []
    for each in project.typing.bindings(function.fact).returns:
        func = each.func if isinstance(each, facts.Call) and not each.arguments else None
        if not isinstance(func, facts.Attribute) or func.attr not in GIVING:
            return []
        found.append(func.value)
    return found
