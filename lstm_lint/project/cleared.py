"""Networks that keep a state inside: what holds them clears it where an episode ends, and not when it syncs them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Step, Try
from lstm_lint.model import Span
from lstm_lint.project.kept import Kept
from lstm_lint.project.symbols import ClassInfo, FunctionInfo

if TYPE_CHECKING:
    from lstm_lint.project import Project

_CLEARS = re.compile(
    r"^_*reset$|^_*(reset|init|initiali[sz]e|clear|zero|begin|new)_\w*(hidden|rnn|lstm|gru|state|memory|recurrent)\w*$"
)
_ASKS = frozenset({"hasattr", "isinstance", "getattr", "callable", "issubclass"})
"""Tests of what an object is, not of what has happened."""


class Cleared:
    """Answers for one call at a time that gives a network weights."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._clears: dict[int, list[_Clear]] = {}

    def by(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """The state inside a network of the own object, which other methods clear, and only under some condition.

        What is cleared at the beginning of every rollout has nothing left from before a sync.
        """
        receiver = _own_attribute(call.func.value, function.fact) if isinstance(call.func, facts.Attribute) else None
        if receiver is None or function.klass is None:
            return None
        family = (*self._project.classes.lineage(function.klass), *self._project.classes.subclasses(function.klass))
        found = [
            (klass, clear)
            for klass in family
            if isinstance(klass, ClassInfo)
            for fact in klass.fact.functions.values()
            if fact is not function.fact and not fact.name.startswith("__")
            for clear in self._of(fact)
            if clear[0] == receiver
        ]
        if not found or not all(clear[2] for _, clear in found) or not self._is_recurrent({c[1] for _, c in found}):
            return None
        klass, (_, method, _, span) = found[0]
        return Kept(f"what self.{receiver}.{method}() clears", f"self.{receiver}", klass.module.path, span)

    def _is_recurrent(self, methods: set[str]) -> bool:
        """Whether a recurrent network in view has a method of such a name."""
        return any(
            not methods.isdisjoint(klass.fact.functions) and self._project.recurrence.of(klass) == "yes"
            for klass in self._project.classes.all
        )

    def _of(self, fact: facts.FunctionFact) -> list[_Clear]:
        found = self._clears.get(id(fact))
        if found is None:
            found = self._clears[id(fact)] = list(self._find(fact))
        return found

    def _find(self, fact: facts.FunctionFact) -> Iterator[_Clear]:
        if not any(map(_CLEARS.search, fact.mentions)):
            return
        for action, tested in _placed(fact.body, False):
            for expr in walk.expressions(action):
                func = expr.func if isinstance(expr, facts.Call) else None
                if isinstance(func, facts.Attribute) and _CLEARS.search(func.attr):
                    name = _own_attribute(func.value, fact)
                    if name is not None:
                        yield name, func.attr, tested, expr.span


_Clear = tuple[str, str, bool, Span]
"""An attribute, the method that clears it, whether under a condition, and where."""


def _own_attribute(expr: facts.Expr, fact: facts.FunctionFact) -> str | None:
    """The attribute of the own object that an expression is, by way of a variable too: ``policy = self.policy``."""
    own = fact.parameters[0].name if fact.parameters else ""
    if isinstance(expr, facts.Name):
        bound = walk.bindings(fact).names.get(expr.id, [])
        expr = bound[0].expr if len(bound) == 1 and bound[0].how == "value" else expr
    if isinstance(expr, facts.Attribute) and isinstance(expr.value, facts.Name) and expr.value.id == own:
        return expr.attr
    return None


def _placed(shape: Shape, tested: bool) -> Iterator[tuple[object, bool]]:
    """Every action with whether it depends on what has happened."""
    if isinstance(shape, Step):
        yield shape.action, tested
    elif isinstance(shape, Sequence):
        for part in shape.shapes:
            yield from _placed(part, tested)
    elif isinstance(shape, Branch):
        asks = any(
            isinstance(expr, facts.Call) and walk.last_name(expr.func) in _ASKS for expr in walk.expressions(shape.test)
        )
        for arm in (shape.then, shape.orelse):
            yield from _placed(arm, tested or not asks)
    elif isinstance(shape, Loop):
        for part in (shape.body, shape.orelse):
            yield from _placed(part, tested)
    elif isinstance(shape, Try):
        for part in (shape.body, *(handler.body for handler in shape.handlers), shape.orelse, shape.final):
            yield from _placed(part, tested)
