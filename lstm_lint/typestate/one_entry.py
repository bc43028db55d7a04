"""Resets of the one entry in question, with new weights for all: ``if self.reload(): self.h[key] = None``.

The function is called for one key after the other, and only the call that finds new weights resets something: the state
of that one key. The others go on with the state that the old weights made. So they do where one of them asks for the
weights: ``self.load(version); self.h[key] = None``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.model import Span
from lstm_lint.typestate import asked_by_one
from lstm_lint.typestate.objects import is_single
from lstm_lint.typestate.values import Phase, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def leaves_others(run: Interpreter, target: facts.Subscript, base: Value, state: State) -> bool:
    """Whether writing an entry leaves entries of other keys that weights made which are all gone."""
    function = run.frame.function
    if function is None or not isinstance(walk.root(target.index), facts.Name):
        return False
    stale = [tag for tag in base.tags if tag.phase is Phase.STALE and tag.event is not None and tag.owner is not None]
    if not stale or not all(tag.owner is not None and is_single(run, tag.owner, state) for tag in stale):
        return False
    here = {
        site.span
        for tag in stale
        if tag.event is not None
        for site in (*tag.event.chain, tag.event.site)
        if site.function == run.frame.qualname
    }
    held = walk.chain(target.value)
    if _is_of_caller(run, target.index, function) and any(
        target.span in walk.spans(arm)
        and not here.isdisjoint(_spans((branch.test, *walk.actions(arm))))
        and _is_all(arm, held)
        for branch in walk.branches(run.frame.body)
        for arm in (branch.then, branch.orelse)
    ):
        return True
    beside = _suite(run.frame.body, target.span)
    together = not here.isdisjoint(walk.spans(beside)) and _is_all(beside, held)
    return together and asked_by_one.is_asked(run, target.index, target.span)


def _is_of_caller(run: Interpreter, key: facts.Expr, function: facts.FunctionFact) -> bool:
    """Whether a key is handed in: the function is called for one after the other."""
    handed = {parameter.name for parameter in function.parameters} - run.frame.counters
    return isinstance(key, facts.Name) and key.id in handed


def _suite(shape: Shape, span: Span) -> Shape:
    """The innermost arm of a test, or body of a loop, that has a place in it; the whole if none has."""
    parts = [part for branch in walk.branches(shape) for part in (branch.then, branch.orelse)]
    parts += [loop.body for loop in walk.loops(shape)]
    holding = [part for part in parts if span in walk.spans(part)]
    return min(holding, key=lambda part: sum(1 for _ in walk.actions(part)), default=shape)


def _is_all(arm: Shape, held: str | None) -> bool:
    """Whether one action alone has to do with a collection: others may see to its other entries."""
    return held is not None and sum(held in walk.chains(action) for action in walk.actions(arm)) == 1


def _spans(parts: Iterable[object]) -> frozenset[Span]:
    """Where the expressions are of actions and tests."""
    return frozenset(expr.span for each in parts for expr in walk.expressions(each))
