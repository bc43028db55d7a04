"""Rounds in which a random number stands in for what the policy decides: ``if rng.random() < epsilon: move = …``."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Shape


def sources(body: Shape, decision: set[str]) -> Iterator[tuple[facts.Assign, frozenset[str]]]:
    """The assignments of a body, each with what its value is made of where the policy decides.

    Of what one arm of a branch assigns, and the other one makes of the ``decision``, nothing is told by the former.
    """
    instead = _instead(body, decision)
    for action in walk.actions(body):
        if isinstance(action, facts.Assign) and id(action) not in instead:
            yield action, _read(action.value, decision)


def _read(value: facts.Expr, decision: set[str]) -> frozenset[str]:
    if isinstance(value, facts.Conditional):
        arms = [walk.chains(value.then), walk.chains(value.orelse)]
        deciding = [arm for arm in arms if not decision.isdisjoint(arm)]
        if len(deciding) == 1:
            return deciding[0]
    return walk.chains(value)


def _instead(body: Shape, decision: set[str]) -> set[int]:
    """The assignments in whose place the other arm of a branch takes what was decided."""
    found: set[int] = set()
    for branch in walk.branches(body):
        for arm, other in ((branch.then, branch.orelse), (branch.orelse, branch.then)):
            taken = {
                name
                for action in _assigns(other)
                if not decision.isdisjoint(walk.chains(action.value))
                for name in _bound(action)
            }
            found |= {
                id(action)
                for action in _assigns(arm)
                if decision.isdisjoint(walk.chains(action.value)) and _bound(action) <= taken
            }
    return found


def _assigns(shape: Shape) -> Iterator[facts.Assign]:
    return (action for action in walk.actions(shape) if isinstance(action, facts.Assign))


def _bound(action: facts.Assign) -> set[str]:
    return {name for target in walk.flat(action.targets) if (name := walk.chain(walk.container(target))) is not None}
