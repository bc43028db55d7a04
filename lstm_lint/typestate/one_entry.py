"""Resets of the one entry in question, with new weights for all: ``if self.reload(): self.h[key] = None``.

The function is called for one key after the other, and only the call that finds new weights resets something: the state
of that one key. The others go on with the state that the old weights made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.typestate.objects import is_single
from lstm_lint.typestate.values import Phase, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def leaves_others(run: Interpreter, target: facts.Subscript, base: Value, state: State) -> bool:
    """Whether writing an entry leaves entries of other keys that weights made which are all gone."""
    function = run.frame.function
    if function is None or not isinstance(target.index, facts.Name):
        return False
    if target.index.id not in {parameter.name for parameter in function.parameters}:
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
    return any(target.span in arm and not here.isdisjoint(arm) for arm in _arms(run))


def _arms(run: Interpreter) -> list[frozenset[Span]]:
    """What runs only under a test, each with the test itself: where expressions and targets are."""
    return [
        frozenset(expr.span for action in (branch.test, *walk.actions(arm)) for expr in walk.expressions(action))
        for branch in walk.branches(run.frame.body)
        for arm in (branch.then, branch.orelse)
    ]
