"""What runs before and after a call whenever it runs: statements of the blocks that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.symbols import FunctionInfo

_ACTS = re.compile(
    r"(^|_)(step|run|act|action|collect|rollout|sample|play|predict|forward|infer|inference|loop|interact|unroll|"
    r"actions?|gen|generate|process)(_|$)|^(learn|train)$"
)
_LOOPS = ("for", "while")


def acts(expr: object) -> bool:
    """Whether an expression is a call that by its name may step a policy."""
    return isinstance(expr, facts.Call) and _ACTS.search(walk.last_name(expr.func)) is not None


class Around:
    """The neighbourhood of one call in a function."""

    def __init__(self, function: FunctionInfo, call: facts.Call) -> None:
        self._table = function.module.facts.statements
        self._actions = list(walk.actions(function.fact.body))
        self._at = next(n for n, each in enumerate(self._actions) if any(e is call for e in walk.expressions(each)))
        self._arms = self._way_up(call.span)
        """The statements that the call stands in, each with the suite of it that leads there."""

    def before(self) -> Iterator[object]:
        """The actions that have run, back to the last one that may have stepped a state."""
        loops = {n for n in self._arms if n >= 0 and self._table[n].kind in _LOOPS}
        acting = any(_within(self._table[n].span, span) for span in self._acting for n in loops)
        for action in reversed(self._actions[: self._at]):
            span = _span(action)
            if span is None or self._excludes(span):
                continue
            if any(map(acts, walk.expressions(action))):
                return
            if self._runs(span) and not (acting and not loops <= self._way_up(span).keys()):
                yield action

    def after(self) -> Iterator[tuple[object, bool]]:
        """The expressions that will be evaluated, with those that may step a state if they are, and the assignments.

        Each with whether it will be whenever the call is.
        """
        for action in self._actions[self._at :]:
            span = _span(action)
            if span is None or self._excludes(span):
                continue
            runs = self._runs(span)
            yield from ((expr, runs) for expr in walk.expressions(action) if runs or acts(expr))
            if runs and isinstance(action, facts.Assign):
                yield action, True

    def _runs(self, span: Span) -> bool:
        """Whether what stands there runs whenever the call does."""
        index = self._statement(span)
        return index < 0 or (self._table[index].parent in self._arms and not self._excludes(span))

    def _excludes(self, span: Span) -> bool:
        """Whether what stands there runs only if the call does not: in another arm of one ``if``."""
        for index, arm in self._way_up(span).items():
            mine = self._arms.get(index)
            if index >= 0 and mine is not None and self._table[index].kind == "if":
                return mine != arm
        return False

    def _way_up(self, span: Span) -> dict[int, str]:
        """The statements around a place, innermost first, each with the suite the place is in; -1 is the module."""
        found: dict[int, str] = {}
        index = self._statement(span)
        while index >= 0:
            found[self._table[index].parent] = self._table[index].arm
            index = self._table[index].parent
        return found

    @cached_property
    def _acting(self) -> list[Span]:
        return [expr.span for action in self._actions for expr in walk.expressions(action) if acts(expr)]

    def _statement(self, span: Span) -> int:
        """The innermost statement that a span stands in."""
        found = -1
        for index, statement in enumerate(self._table):
            if _within(statement.span, span):
                found = index
        return found


def _within(outer: Span, inner: Span) -> bool:
    starts = (outer.line, outer.column) <= (inner.line, inner.column)
    return starts and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


def _span(action: object) -> Span | None:
    return next((expr.span for expr in walk.expressions(action)), None)
