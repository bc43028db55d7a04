"""Objects that functions and methods are handed by the calls in view: what they are, and whether they live on after.

A league that is shown the learner and takes its weights: ``league.freeze(learner)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.bodies import Body
from lstm_lint.project.handed import argument
from lstm_lint.project.made_with import of_attribute
from lstm_lint.project.placed import Placed, place_each
from lstm_lint.project.receivers import Known
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.trained_on import TrainedOn
from lstm_lint.project.types import NOTHING, Scope, Types

if TYPE_CHECKING:
    from lstm_lint.project import Project

_FAR = 3


class _Handover(NamedTuple):
    """A call in view and what it hands to a parameter."""

    body: Body
    call: facts.Call
    given: facts.Expr | None


def brought(project: Project, expr: facts.Expr, scope: Scope) -> Known | None:
    """The network in what a parameter is handed, where all that may be is recurrent and some of it is trained on."""
    name = walk.root(expr)
    if not isinstance(name, facts.Name) or _parameter_of(project, name.id, scope) is None:
        return None
    found = _types(project, expr, scope, _FAR)
    if not found or any(t.of_class or t.arguments or project.recurrence.of(t.ref) != "yes" for t in found):
        return None
    if any(project.classes.kind(t.ref) in ("env", "optimizer", "callback") for t in found):
        return None
    if not _lives_on(project, name.id, scope, _FAR):
        return None
    return Known(frozenset(t.ref for t in found), "inferred")


def _parameter_of(project: Project, name: str, scope: Scope) -> FunctionInfo | None:
    """The function that has an undeclared parameter of that name, which has no other value in it."""
    if scope.function is None:
        return None
    parameter = next((each for each in scope.function.parameters if each.name == name), None)
    if parameter is None or parameter.annotation is not None or parameter.kind in ("star", "doublestar"):
        return None
    if scope.klass is not None and parameter is scope.function.parameters[0]:
        return None
    if project.typing.bindings(scope.function).names.get(name):
        return None
    return project.symbols.function_info(scope.module, scope.klass, scope.function)


def _types(project: Project, expr: facts.Expr, scope: Scope, far: int) -> Types:
    """The types of an expression through so many calls; nothing where one of them hands over what is not known."""
    known = project.typing.of(expr, scope)
    if known or far <= 0:
        return known
    if isinstance(expr, facts.Attribute):
        owners = _types(project, expr.value, scope, far)
        return project.typing.member(owners, expr.attr) or of_attribute(project, owners, expr.attr)
    function = _parameter_of(project, expr.id, scope) if isinstance(expr, facts.Name) else None
    if function is None or not isinstance(expr, facts.Name):
        return NOTHING
    found = [
        NOTHING if each.given is None else _types(project, each.given, each.body.scope, far - 1)
        for each in _handovers(project, function, expr.id)
    ]
    return frozenset().union(*found) if all(found) else NOTHING


def _lives_on(project: Project, name: str, scope: Scope, far: int) -> bool:
    """Whether something that a parameter is handed is trained on after the call."""
    function = _parameter_of(project, name, scope) if far > 0 else None
    return function is not None and any(
        _goes_on(project, each, far) for each in _handovers(project, function, name) if each.given is not None
    )


def _goes_on(project: Project, handover: _Handover, far: int) -> bool:
    given, scope = handover.given, handover.body.scope
    root = None if given is None else walk.root(given)
    if given is None or not isinstance(root, facts.Name):
        return False  # made for the call: a copy, or a new one
    placed = list(place_each(handover.body.shape))
    at = _place(placed, handover.call)
    if at is not None and TrainedOn(project, handover.body, placed).goes_on(at, given):
        return True
    own = scope.klass is not None and scope.function is not None and scope.function.parameters[:1]
    if own and own[0].name == root.id:
        return _is_kept_for_good(project, given, scope)
    return _lives_on(project, root.id, scope, far - 1)


def _place(placed: list[Placed], call: facts.Call) -> Placed | None:
    return next((each for each in placed if any(expr is call for expr in walk.expressions(each.action))), None)


def _is_kept_for_good(project: Project, given: facts.Expr, scope: Scope) -> bool:
    """Whether an attribute of the object itself is given its value once, in ``__init__``."""
    while isinstance(given, (facts.Attribute, facts.Subscript)) and not isinstance(given.value, facts.Name):
        given = given.value
    if scope.klass is None or not isinstance(given, facts.Attribute):
        return False
    methods = scope.klass.fact.functions.values()
    binding = [fact.name for fact in methods if given.attr in project.typing.bindings(fact).attributes]
    return binding == ["__init__"]


def _handovers(project: Project, function: FunctionInfo, name: str) -> Iterator[_Handover]:
    """What each call that may be one of a function hands to a parameter without a value of its own."""
    for user, call in project.handed.calls(function):
        scope = Scope(user.module, user.klass, user.fact)
        if not _is_of_another(project, call, scope, function):
            yield _Handover(Body(user.fact.body, scope), call, argument(call, function, name))


def _is_of_another(project: Project, call: facts.Call, scope: Scope, function: FunctionInfo) -> bool:
    """Whether a call is one of a method of another class, or of another function of that name."""
    if isinstance(call.func, facts.Name):
        return project.symbols.resolve(scope.module, call.func.id) not in (function, None)
    klass = function.klass
    if klass is None or not isinstance(call.func, facts.Attribute):
        return False
    refs = [t.ref for t in project.typing.of(call.func.value, scope)]
    return bool(refs) and not any(klass in project.classes.lineage(ref) or ref in project.classes.lineage(klass)
                                  for ref in refs)  # fmt: skip
