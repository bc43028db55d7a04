"""Functions that turn data into other data and do nothing on the way: observations into tensors, for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.classes import Classes
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Symbols

if TYPE_CHECKING:
    from lstm_lint.project.uses import Uses

_OPEN = frozenset({"super", "getattr", "setattr", "vars", "eval", "exec", "next", "globals"})
"""With these a function may do anything."""


class Conversions:
    """Which functions only compute, with all of the project that they call."""

    def __init__(
        self,
        symbols: Symbols,
        classes: Classes,
        uses: dict[FunctionInfo, Uses],
        state_words: re.Pattern[str],
    ) -> None:
        self._symbols = symbols
        self._classes = classes
        self._uses = uses
        self._state_words = state_words
        self._methods = {function.fact.name for function in uses if function.klass is not None}
        self._reached: dict[FunctionInfo, frozenset[FunctionInfo] | None] = {}

    def size(self, function: FunctionInfo) -> int:
        """The actions of a function and of all that it calls; 0 where one of them does more than to compute.

        What it returns comes from its arguments then: it names no state, no object of the project and no class.
        """
        if function not in self._reached:
            self._reached[function] = self._reach(function)
        reached = self._reached[function]
        return sum(sum(1 for _ in walk.actions(each.fact.body)) for each in reached or ())

    def _reach(self, function: FunctionInfo) -> frozenset[FunctionInfo] | None:
        found: set[FunctionInfo] = set()
        todo = [function]
        while todo:
            each = todo.pop()
            if each in found:
                continue
            found.add(each)
            if each not in self._uses or self._does_more(each):
                return None
            for called in self._called(each):
                if called is None:
                    return None
                todo.append(called)
        return frozenset(found)

    def _does_more(self, function: FunctionInfo) -> bool:
        uses, mentions = self._uses[function], function.fact.mentions
        return (
            function.fact.is_generator
            or not mentions.isdisjoint(_OPEN)
            or not uses.other.isdisjoint(self._methods)
            or any(self._state_words.search(name) for name in mentions)
            or _changes(function.fact)
        )

    def _called(self, function: FunctionInfo) -> Iterator[FunctionInfo | None]:
        """The functions of the project that it names; None for an object of its own that it calls, or a class."""
        uses = self._uses[function]
        for name in sorted(uses.plain):
            found = self._symbols.resolve(function.module, name)
            if isinstance(found, FunctionInfo):
                yield found
            elif isinstance(found, ClassInfo):
                yield None
        klass = function.klass
        for name in sorted(uses.own - uses.handed):
            method = self._classes.method(klass, name) if klass is not None else None
            yield method if isinstance(method, FunctionInfo) else None
            if klass is not None:
                yield from self._classes.overrides(klass, name)


def _changes(function: facts.FunctionFact) -> bool:
    """Whether a function puts anything but a flag in an attribute, or calls what works in place."""
    for action in walk.actions(function.body):
        if isinstance(action, (facts.Define, facts.DefineClass, facts.Delete, facts.Enter, facts.Raise)):
            return True
        if isinstance(action, facts.Augment) and not isinstance(action.target, facts.Name):
            return True
        targets = action.targets if isinstance(action, facts.Assign) and not _is_flag(action.value) else ()
        if any(isinstance(part, facts.Attribute) for target in targets for part in _stored(target)):
            return True
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Call) and walk.last_name(expr.func).endswith("_"):
                return True
    return False


def _is_flag(value: facts.Expr) -> bool:
    """No state is True, or a number; None may be one."""
    return isinstance(value, facts.Constant) and value.value is not None


def _stored(target: facts.Expr) -> Iterator[facts.Expr]:
    """What an assignment writes to, or an entry of; what a variable holds is the function's own affair."""
    if isinstance(target, facts.Display):
        for item in target.items:
            yield from _stored(item)
    elif isinstance(target, (facts.Subscript, facts.Starred)):
        yield from _stored(target.value)
    else:
        yield target
