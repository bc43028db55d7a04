"""Functions that are put in an attribute to be called later, and who calls what is in there.

``game.on_strike.append(partner.leave)`` and ``for each in self.on_strike: each(self)``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.handing import CONSTRUCTORS
from lstm_lint.project.symbols import FunctionInfo, Module

_PUTS = frozenset({"append", "appendleft", "add", "insert", "setdefault"})
_PASSES = frozenset({"list", "tuple", "reversed", "values", "get", "copy"})


class Listeners:
    """Of a project, by the names of attributes and functions alone."""

    def __init__(self, functions: Sequence[FunctionInfo], modules: Sequence[Module]) -> None:
        self._functions = functions
        self._modules = modules

    def calling(self, name: str) -> frozenset[FunctionInfo]:
        """The functions that call what is in an attribute where a function of this name is put."""
        if not self._calling:
            return frozenset()
        return frozenset().union(*(self._calling[attr] for attr in self._put.get(name, ())))

    @cached_property
    def _calling(self) -> dict[str, set[FunctionInfo]]:
        """By attribute: the functions that go through what is in it and call each."""
        found: dict[str, set[FunctionInfo]] = defaultdict(set)
        for function in self._functions:
            for attr in _called_each(function.fact.body):
                found[attr].add(function)
        return found

    @cached_property
    def _put(self) -> dict[str, set[str]]:
        """By the name of a function: the attributes that it is put in, at once or by a method that it is handed to."""
        found: dict[str, set[str]] = defaultdict(set)
        taking: dict[str, set[str]] = defaultdict(set)
        bodies: list[tuple[Shape, FunctionInfo | None]] = [(f.fact.body, f) for f in self._functions]
        bodies += [(module.facts.body, None) for module in self._modules]
        for body, function in bodies:
            own = {parameter.name for parameter in function.fact.parameters} if function is not None else set()
            for attr, value in _puts(body, self._calling):
                for name in _named(value):
                    if name in own and function is not None:
                        taking[_callable_name(function)].add(attr)
                    else:
                        found[name].add(attr)
        for body, _ in bodies if taking else ():
            for call in walk.calls(body):
                for attr in taking.get(walk.last_name(call.func), ()):
                    for argument in call.arguments:
                        for name in _named(argument.value):
                            found[name].add(attr)
        return found


def _callable_name(function: FunctionInfo) -> str:
    """What is called to run a function: its class where it makes the object."""
    if function.klass is not None and function.fact.name in CONSTRUCTORS:
        return function.klass.fact.name
    return function.fact.name


def _called_each(body: Shape) -> Iterator[str]:
    """The attributes whose elements a body goes through and calls."""
    for loop in walk.loops(body):
        if not isinstance(loop.head, facts.Iterate):
            continue
        attr = _attribute(loop.head.iterable)
        names = {target.id for target in walk.flat((loop.head.target,)) if isinstance(target, facts.Name)}
        if attr and any(isinstance(c.func, facts.Name) and c.func.id in names for c in walk.calls(loop.body)):
            yield attr


def _attribute(expr: facts.Expr) -> str:
    """The attribute that a collection is in: ``on_end`` of ``list(self.on_end)`` and of ``self.on_end[kind]``."""
    while True:
        if isinstance(expr, facts.Subscript):
            expr = expr.value
        elif isinstance(expr, facts.Call) and walk.last_name(expr.func) in _PASSES:
            taken = expr.func.value if isinstance(expr.func, facts.Attribute) else None
            given = expr.arguments[0].value if expr.arguments else None
            inner = taken if taken is not None else given
            if inner is None:
                return ""
            expr = inner
        else:
            return expr.attr if isinstance(expr, facts.Attribute) else ""


def _puts(body: Shape, attributes: dict[str, set[FunctionInfo]]) -> Iterator[tuple[str, facts.Expr]]:
    """What a body puts in one of the attributes: an element, or a whole list."""
    for action in walk.actions(body):
        for target in action.targets if isinstance(action, facts.Assign) else ():
            if isinstance(action, facts.Assign) and _attribute(target) in attributes:
                yield _attribute(target), action.value
        for call in walk.calls_in(action):
            if isinstance(call.func, facts.Attribute) and call.func.attr in _PUTS and call.arguments:
                attr = _attribute(call.func.value)
                if attr in attributes:
                    yield attr, call.arguments[-1].value


def _named(value: facts.Expr) -> Iterator[str]:
    """The functions that a value may be, or that are in a list, by their names; of a lambda, what it calls."""
    if isinstance(value, (facts.Attribute, facts.Name)):
        yield walk.last_name(value)
    elif isinstance(value, facts.Display):
        for item in value.items:
            yield from _named(item)
    elif isinstance(value, facts.DictDisplay):
        for _, item in value.items:
            yield from _named(item)
    elif isinstance(value, facts.Lambda):
        yield from (walk.last_name(call.func) for call in walk.calls(value.function.body))
    elif isinstance(value, facts.Call) and walk.last_name(value.func) == "partial" and value.arguments:
        yield from _named(value.arguments[0].value)
    elif isinstance(value, facts.BoolOp):
        yield from _named(value.left)
        yield from _named(value.right)
