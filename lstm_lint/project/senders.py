"""The functions that send out the weights of a network that is trained: a learner, and what publishes for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

_SENDS = frozenset({"put", "put_nowait", "send", "send_pyobj", "publish"})
_PUTS = frozenset({"append"})
"""What keeps weights, and sends them where the function that trains does so."""
ELSEWHERE = re.compile(
    r"best|pool|league|opponent|archive|snapshot|checkpoint|ckpt|member|population|rival|pretrained|resume|(^|_)old(_|$)|"
    r"backup|path|file|teacher|expert|saved|donor|winner|elite|exploit|peer|partner|parent|candidate|command|request",
    re.IGNORECASE,
)
"""Weights that come from anywhere but a learner."""


class Sender(NamedTuple):
    """A function that sends such weights, and the names of what it sends them by."""

    function: FunctionInfo
    by: frozenset[str]


class Senders:
    """Answers for all of a project; it is looked through once."""

    def __init__(self, project: Project) -> None:
        self._project = project

    @cached_property
    def every(self) -> tuple[Sender, ...]:
        """Every such function."""
        found = []
        for function in (*self._project.functions, *self._project.programs):
            if not (_SENDS | _PUTS).isdisjoint(function.fact.mentions) and self._is_beside_training(function):
                names = frozenset(name for name in self._sends(function) if not ELSEWHERE.search(name))
                found += [Sender(function, names)] if names else []
        return tuple(found)

    def gives_weights(self, value: facts.Expr, function: FunctionInfo) -> bool:
        """Whether a value has a ``state_dict()`` in it, or what a function of the project makes of one."""
        return any(self._is_state_dict(part, function) for part in said(self._project, value, function, 2))

    def _is_state_dict(self, part: facts.Expr, function: FunctionInfo) -> bool:
        if not isinstance(part, facts.Call) or self._is_chosen(part, function):
            return False
        return walk.last_name(part.func) == "state_dict" or any(map(self._returns_one, self._called(part, function)))

    def _called(self, call: facts.Call, function: FunctionInfo) -> Iterator[FunctionInfo]:
        """The function, or the methods of that name, that a call may be of."""
        scope = Scope(function.module, function.klass, function.fact)
        symbol = self._project.typing.callee(call.func, scope)
        if isinstance(symbol, FunctionInfo):
            yield symbol
        elif isinstance(call.func, facts.Attribute):
            for klass in self._project.classes.all:
                fact = klass.fact.functions.get(call.func.attr)
                if fact is not None:
                    yield self._project.symbols.function_info(klass.module, klass, fact)

    def _returns_one(self, function: FunctionInfo) -> bool:
        if "state_dict" not in function.fact.mentions:
            return False
        returned = self._project.typing.bindings(function.fact).returns
        parts = (part for value in returned for part in said(self._project, value, function, 2))
        return any(isinstance(part, facts.Call) and walk.last_name(part.func) == "state_dict" for part in parts)

    def _is_chosen(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether the weights are those of one of several networks that something decides on: ``nets[order[0]]``."""
        bound = self._project.typing.bindings(function.fact).names
        for part in walk.expressions(call):
            if isinstance(part, facts.Subscript) and not isinstance(part.index, facts.Constant):
                index = bound.get(part.index.id, ()) if isinstance(part.index, facts.Name) else ()
                if not index or any(binding.how == "value" for binding in index):
                    return True
        return False

    def _sends(self, function: FunctionInfo) -> Iterator[str]:
        for call in walk.calls(function.fact.body):
            func = call.func
            if isinstance(func, facts.Attribute) and func.attr in (_SENDS | _PUTS if trains(function) else _SENDS):
                for each in call.arguments:
                    if self.gives_weights(each.value, function):
                        yield walk.last_name(func.value)

    def _is_beside_training(self, function: FunctionInfo) -> bool:
        """Whether a function trains, or calls what does, or is called by such a one or another method of its class."""
        return self._learns(function) or any(map(self._learns, self._project.callers.of(function)))

    def _learns(self, function: FunctionInfo) -> bool:
        if function.id in self._learning:
            return True
        around = function.fact.qualname.split(".<locals>.")[:-1]
        return bool(around) and f"{function.module.name}:{around[0]}" in self._learning

    @cached_property
    def _learning(self) -> frozenset[str]:
        training = [function for function in self._project.functions if trains(function)]
        found = {function.id for function in training}
        for function in training:
            found |= {user.id for user in self._project.callers.of(function)}
            if function.klass is not None:
                facts_of = function.klass.fact.functions.values()
                symbols = self._project.symbols
                found |= {symbols.function_info(function.module, function.klass, fact).id for fact in facts_of}
        return frozenset(found)


def trains(function: FunctionInfo) -> bool:
    """Whether a function computes gradients."""
    return "backward" in function.fact.mentions


def said(project: Project, expr: facts.Expr, function: FunctionInfo, deep: int) -> Iterator[facts.Expr]:
    """Every part of an expression, and of what its variables and attributes are bound to."""
    if deep == 0:
        return
    bound = project.typing.bindings(function.fact).names
    for part in walk.expressions(expr):
        yield part
        if isinstance(part, facts.Name):
            for binding in bound.get(part.id, ()):
                yield from said(project, binding.expr, function, deep - 1)
        elif isinstance(part, facts.Attribute) and function.klass is not None and is_own(part, function):
            for fact in function.klass.fact.functions.values():
                for binding in project.typing.bindings(fact).attributes.get(part.attr, ()):
                    yield from walk.expressions(binding.expr)


def is_own(part: facts.Attribute, function: FunctionInfo) -> bool:
    """Whether an attribute is one of the object whose method it is."""
    parameters = function.fact.parameters
    return bool(parameters) and isinstance(part.value, facts.Name) and part.value.id == parameters[0].name
