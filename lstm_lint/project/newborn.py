"""Methods that are only ever called on an object just made: whatever they load, no state has been carried yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Step, Try
from lstm_lint.project.callers import Callers
from lstm_lint.project.inference import Typing
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.types import Scope

_MAKES = re.compile(r"^_*(create|make|build|construct|instantiate|new)(_|$)|_(class|cls)$|^cls$")
_ACTS = re.compile(
    r"(^|_)(act|actions?|step|train|run|play|predict|learn|fit|collect|rollout|sample|forward|eval\w*)(_|$)"
)
_FAR = 3
"""So many functions up may hand the object on."""


class _Met(NamedTuple):
    """An action of a function, and the loops around it."""

    action: object
    loops: frozenset[int]


class Newborn:
    """Answers from the call graph by name; each question answered once."""

    def __init__(self, callers: Callers, typing: Typing) -> None:
        self._callers = callers
        self._typing = typing
        self._known: dict[FunctionInfo, bool] = {}

    def only_on(self, method: FunctionInfo) -> bool:
        """Whether there are callers in view, and each calls the method on what the code around has just made."""
        found = self._known.get(method)
        if found is None:
            self._known[method] = False  # a cycle is entered from somewhere else
            found = self._known[method] = self._only_on(method)
        return found

    def _only_on(self, method: FunctionInfo) -> bool:
        name = method.fact.name
        if method.klass is None or self._callers.is_at_top(name):
            return False
        users = {user for user in self._callers.of(method) if not _only_says(user, name)}
        return bool(users) and all(self._on_new(user, name) for user in users)

    def _on_new(self, user: FunctionInfo, name: str) -> bool:
        met = list(_met(user.fact.body, frozenset()))
        calls = [
            (at, expr.func.value)
            for at, each in enumerate(met)
            for expr in walk.expressions(each.action)
            if isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and expr.func.attr == name
        ]
        reads = sum(
            isinstance(expr, facts.Attribute) and expr.attr == name
            for each in met
            for expr in walk.expressions(each.action)
        )
        return len(calls) == reads > 0 and all(self._is_new(user, met, at, of, _FAR) for at, of in calls)

    def _is_new(self, user: FunctionInfo, met: list[_Met], at: int, of: facts.Expr, far: int) -> bool:
        """Whether an object has just been made where a function comes to an action."""
        scope = Scope(user.module, user.klass, user.fact)
        if not isinstance(of, facts.Name):
            return self._makes(of, scope)
        if any(parameter.name == of.id for parameter in user.fact.parameters):
            return far > 0 and not met[at].loops and self._handed_new(user, of.id, far)
        made = [n for n, each in enumerate(met) if _binds(each.action, of.id)]
        last = max((n for n in made if n < at), default=-1)
        if last < 0 or not met[at].loops <= met[last].loops:
            return False
        action = met[last].action
        if not isinstance(action, facts.Assign) or not self._makes(action.value, scope):
            return False
        return not any(_acts(each.action, of.id) for each in met[last + 1 : at])

    def _handed_new(self, function: FunctionInfo, name: str, far: int) -> bool:
        """Whether every caller hands a parameter something it has just made."""
        users = set(self._callers.of(function))
        position = [parameter.name for parameter in function.fact.parameters].index(name)
        if function.klass is not None and position == 0:
            return False
        if self._callers.is_at_top(function.fact.name) or not users:
            return False
        return all(self._hands_new(user, function, position, name, far - 1) for user in users)

    def _hands_new(self, user: FunctionInfo, function: FunctionInfo, position: int, name: str, far: int) -> bool:
        met = list(_met(user.fact.body, frozenset()))
        found = False
        for at, each in enumerate(met):
            for expr in walk.expressions(each.action):
                if not isinstance(expr, facts.Call) or walk.last_name(expr.func) != function.fact.name:
                    continue
                found = True
                given = _argument(expr, position - (function.klass is not None), name)
                if given is None or not self._is_new(user, met, at, given, far):
                    return False
        return found

    def _makes(self, expr: facts.Expr, scope: Scope) -> bool:
        if not isinstance(expr, facts.Call):
            return False
        return self._typing.builds(expr, scope) or _MAKES.search(walk.last_name(expr.func)) is not None


def _met(shape: Shape, loops: frozenset[int]) -> Iterator[_Met]:
    """The actions of a function in source order."""
    if isinstance(shape, Step):
        yield _Met(shape.action, loops)
    elif isinstance(shape, Sequence):
        for part in shape.shapes:
            yield from _met(part, loops)
    elif isinstance(shape, Branch):
        yield _Met(shape.test, loops)
        yield from _met(shape.then, loops)
        yield from _met(shape.orelse, loops)
    elif isinstance(shape, Loop):
        inside = loops | {id(shape)}
        for head in (shape.head, shape.test):
            if head is not None:
                yield _Met(head, inside)
        yield from _met(shape.body, inside)
        yield from _met(shape.orelse, loops)
    elif isinstance(shape, Try):
        for part in (shape.body, *(handler.body for handler in shape.handlers), shape.orelse, shape.final):
            yield from _met(part, loops)


def _only_says(user: FunctionInfo, name: str) -> bool:
    """Whether a function has a name in nothing but an error message: ``raise NotImplementedError("restore")``."""
    met = list(_met(user.fact.body, frozenset()))
    if any(isinstance(each.action, (facts.Define, facts.DefineClass)) for each in met):
        return False
    return all(
        isinstance(each.action, facts.Raise)
        or not any(
            (isinstance(expr, facts.Attribute) and expr.attr == name)
            or (isinstance(expr, facts.Constant) and expr.value == name)
            for expr in walk.expressions(each.action)
        )
        for each in met
    )


def _binds(action: object, name: str) -> bool:
    targets = action.targets if isinstance(action, facts.Assign) else ()
    if isinstance(action, (facts.Iterate, facts.Enter)) and action.target is not None:
        targets = (action.target,)
    return any(isinstance(part, facts.Name) and part.id == name for part in walk.expressions(targets))


def _acts(action: object, name: str) -> bool:
    """Whether something is done with an object that may leave a state in it."""
    for expr in walk.expressions(action):
        called = walk.chain(expr.func) if isinstance(expr, facts.Call) else None
        if called is None:
            continue
        first, _, rest = called.partition(".")
        if first == name and (not rest or _ACTS.search(rest.rpartition(".")[2])):
            return True
    return False


def _argument(call: facts.Call, position: int, name: str) -> facts.Expr | None:
    for argument in call.arguments:
        if argument.keyword == name:
            return argument.value
    plain = [argument.value for argument in call.arguments if not argument.keyword and not argument.star]
    return plain[position] if 0 <= position < len(plain) else None
