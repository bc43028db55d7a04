"""Networks that get the weights of one that is trained or, as chance has it, those of a former self out of a pool.

``if chance: net.load(learner) else: net.load(pool[randrange(len(pool))])`` gives another player the seat either way:
what only follows the trained network takes nothing out of a pool in between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Sequence, Shape
from lstm_lint.model import Span
from lstm_lint.project import FunctionInfo, Project
from lstm_lint.typestate.draws import is_draw, is_random
from lstm_lint.typestate.paths import Path, Site
from lstm_lint.typestate.recorder import Record


class Turns:
    """The functions that load weights out of a pool into some network, and what else they load into it."""

    def __init__(self, project: Project, records: Iterable[Record]) -> None:
        self._typing = project.typing
        self._functions = {function.id: function for function in (*project.functions, *project.programs)}
        self._loads: dict[tuple[str, Path], set[Site]] = defaultdict(set)
        for record in records:
            if not record.sync:
                self._loads[record.event.site.function, record.event.target].add(record.event.site)

    def takes(self, record: Record) -> bool:
        """Whether a sync is one of two ways of a function to exchange the player: the other draws from a pool."""
        site = record.event.site
        function = self._functions.get(site.function)
        others = self._loads.get((site.function, record.event.target), set())
        return function is not None and any(
            self._is_drawn(function, other.span) and _are_apart(function.fact.body, site.span, other.span)
            for other in others
        )

    def _is_drawn(self, function: FunctionInfo, span: Span) -> bool:
        """Whether what a call is handed is one of several by chance, by way of variables as well."""
        call = walk.call_at(function.fact.body, span)
        bound = self._typing.bindings(function.fact).names
        todo: list[facts.Expr] = [argument.value for argument in call.arguments] if call is not None else []
        seen: set[str] = set()
        while todo:
            for expr in walk.expressions(todo.pop()):
                if isinstance(expr, facts.Call) and is_draw(walk.last_name(expr.func)):
                    return True
                if isinstance(expr, facts.Subscript) and any(map(is_random, _said(expr.index, bound))):
                    return True
                if isinstance(expr, facts.Name) and expr.id not in seen:
                    seen.add(expr.id)
                    todo += [binding.expr for binding in bound.get(expr.id, ())]
        return False


def _said(index: facts.Expr, bound: Mapping[str, list[walk.Binding]]) -> Iterator[facts.Expr]:
    """A subscript, or what the variable in it is bound to."""
    yield index
    if isinstance(index, facts.Name):
        yield from (binding.expr for binding in bound.get(index.id, ()))


def _are_apart(shape: Shape, one: Span, other: Span) -> bool:
    """Whether no way through a function, within a round of its loops, comes by both of two calls."""
    if isinstance(shape, Branch):
        arms = shape.then, shape.orelse
        if any(_holds(arms[n], one) and _holds(arms[1 - n], other) for n in (0, 1)):
            return True
    if isinstance(shape, Sequence) and (_leaves(shape, one, other) or _leaves(shape, other, one)):
        return True
    return any(_are_apart(part, one, other) for part in walk.parts(shape))


def _leaves(shape: Sequence, first: Span, second: Span) -> bool:
    """Whether an arm with one call ends by leaving, before the other call."""
    left = False
    for part in shape.shapes:
        if left and _holds(part, second):
            return True
        left = left or any(_holds(arm, first) for arm in _arms(part) if walk.ending(arm) is not None)
    return False


def _arms(shape: Shape) -> Iterator[Shape]:
    if isinstance(shape, Branch):
        yield from (shape.then, shape.orelse)


def _holds(shape: Shape, span: Span) -> bool:
    return walk.call_at(shape, span) is not None
