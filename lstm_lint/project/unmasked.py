"""States kept by networks that an algorithm is built of, and that it tells of no episode's end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Sequence as Steps
from lstm_lint.flow import Shape, Step
from lstm_lint.project.classes import Classes
from lstm_lint.project.inference import Typing
from lstm_lint.project.recurrence import Recurrence
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope

_CALLED = ("forward", "extract_features")
_ENDS = re.compile(r"^_?(dones?|terminated|truncated|terminals?|episode_starts?|masks?)$")


class Unmasked(NamedTuple):
    """A call in ``forward`` that advances a state kept in an attribute, with nothing to say where episodes end."""

    klass: ClassInfo
    function: FunctionInfo
    call: facts.Call
    attribute: str


def unmasked(
    functions: Sequence[FunctionInfo], classes: Classes, typing: Typing, recurrence: Recurrence
) -> Iterator[Unmasked]:
    """The calls, in the order of the source."""
    for function in functions:
        klass = function.klass
        if klass is None or function.fact.name not in _CALLED or recurrence.of(klass) != "yes":
            continue
        if not any(row.unmasked for row in classes.rows(klass)) or _is_told(function):
            continue
        for attribute, call in _advanced(function, typing, recurrence):
            clears = {attribute} | {each.fact.name for each in _clearing(functions, klass, attribute)}
            if not any(_clears_at_ends(each, classes, clears) for each in functions if each.klass is not klass):
                yield Unmasked(klass, function, call, attribute)


def _is_told(function: FunctionInfo) -> bool:
    """Whether the method names something that says where episodes end."""
    return any(_ENDS.search(name) for name in function.fact.mentions)


def _advanced(function: FunctionInfo, typing: Typing, recurrence: Recurrence) -> Iterator[tuple[str, facts.Call]]:
    """``out, self.h = self.lstm(x, self.h)``, where ``self.h`` is not made anew on every way there."""
    own = function.fact.parameters[0].name if function.fact.parameters else ""
    scope = Scope(function.module, function.klass, function.fact)
    anew = set(_assigned_always(function.fact.body, own))
    for action in walk.actions(function.fact.body):
        if not isinstance(action, facts.Assign) or not isinstance(action.value, facts.Call):
            continue
        given = {name for a in action.value.arguments for name in _own_attributes(a.value, own)}
        stored = {name for target in action.targets for name in _own_attributes(target, own)}
        types = typing.of(action.value.func, scope)
        recurrent = any(recurrence.of(t.ref) == "yes" and not t.of_class for t in types)
        for name in sorted(given & stored - anew)[:1] if recurrent else ():
            yield name, action.value


def _assigned_always(body: Shape, own: str) -> Iterator[str]:
    """The attributes assigned at the top of a method from something else than themselves."""
    for part in body.shapes if isinstance(body, Steps) else (body,):
        if isinstance(part, Step) and isinstance(part.action, facts.Assign):
            read = set(_own_attributes(part.action.value, own))
            for target in part.action.targets:
                yield from set(_own_attributes(target, own)) - read


def _own_attributes(expr: facts.Expr, own: str) -> Iterator[str]:
    for each in walk.expressions(expr):
        if isinstance(each, facts.Attribute) and walk.chain(each) == f"{own}.{each.attr}":
            yield each.attr


def _clearing(functions: Sequence[FunctionInfo], klass: ClassInfo, attribute: str) -> list[FunctionInfo]:
    """The methods of the class that assign the attribute, and the functions that call one of them."""
    named = [
        each
        for each in functions
        if each.klass is klass
        and each.fact.name not in (*_CALLED, "__init__")
        and any(
            attribute in set(_own_attributes(target, each.fact.parameters[0].name if each.fact.parameters else ""))
            for action in walk.actions(each.fact.body)
            if isinstance(action, facts.Assign)
            for target in action.targets
        )
    ]
    names = {each.fact.name for each in named}
    return named + [
        each
        for each in functions
        if each.klass is not None and each.fact.name not in _CALLED and not names.isdisjoint(each.fact.mentions)
    ]


def _clears_at_ends(function: FunctionInfo, classes: Classes, names: set[str]) -> bool:
    """Whether a hook of a callback, or the ``reset`` of an environment, clears the state where an episode ends."""
    if names.isdisjoint(function.fact.mentions):
        return False
    if function.fact.name == "reset":
        return True
    if function.klass is None or classes.kind(function.klass) != "callback" or "locals" not in function.fact.mentions:
        return False  # of an evaluation of its own, not of the rollout
    said = {
        str(expr.value)
        for action in walk.actions(function.fact.body)
        for expr in walk.expressions(action)
        if isinstance(expr, facts.Constant) and isinstance(expr.value, str)
    }
    return any(_ENDS.search(name) for name in (*function.fact.mentions, *said))
