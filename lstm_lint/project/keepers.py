"""Methods of the project that keep an argument, as it is, in a collection that their object has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.placed import COPIES, filled, saves
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project


def kept_arguments(project: Project, action: object, scope: Scope) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    """Objects, and the arguments of their methods that they keep: ``pool.remember(step, net.state_dict())``."""
    if not isinstance(action, facts.Evaluate) or not isinstance(action.value, facts.Call):
        return
    call = action.value
    if not isinstance(call.func, facts.Attribute) or not call.arguments:
        return
    for t in project.typing.of(call.func.value, scope):
        method = project.classes.method(t.ref, call.func.attr) if not t.arguments and not t.of_class else None
        if isinstance(method, FunctionInfo):
            for name, value in _bound(method.fact, call):
                if _keeps(method.fact, name):
                    yield call.func.value, value


def _bound(function: facts.FunctionFact, call: facts.Call) -> Iterator[tuple[str, facts.Expr]]:
    """The parameters of a method that a call gives a value, each with it."""
    names = [parameter.name for parameter in function.parameters[1:] if parameter.kind != "kwonly"]
    for position, argument in enumerate(call.arguments):
        if argument.star:
            return
        if argument.keyword is not None:
            yield argument.keyword, argument.value
        elif position < len(names):
            yield names[position], argument.value


def _keeps(function: facts.FunctionFact, name: str) -> bool:
    """Whether a method puts a parameter in a collection of its object, and neither a copy nor to write it to a file."""
    if function.mentions & COPIES:
        return False
    own = f"{function.parameters[0].name}."
    body = list(walk.actions(function.body))
    if any(isinstance(a, facts.Assign) and any(_is(target, name) for target in a.targets) for a in body):
        return False  # another value by now
    for action in body:
        for container, value in filled(action):
            chain = walk.chain(container) or ""
            if chain.startswith(own) and _holds(value, name) and not any(saves(each, chain) for each in body):
                return True
    return False


def _holds(value: facts.Expr, name: str) -> bool:
    """Whether a value is the parameter itself, or holds it in a tuple, a list or a dict."""
    if isinstance(value, facts.Display):
        return any(_holds(item, name) for item in value.items)
    if isinstance(value, facts.DictDisplay):
        return any(_holds(item, name) for _, item in value.items)
    return _is(value, name)


def _is(expr: facts.Expr, name: str) -> bool:
    return isinstance(expr, facts.Name) and expr.id == name
