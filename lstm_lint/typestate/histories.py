"""States that are written down step by step: for training later on, or to be gone on from in the next rollout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.typestate.paths import FieldPlace, Place
from lstm_lint.typestate.values import Phase, Tag, Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter

KEPT = "written down"
"""The cause of a state that is only a copy of one: who goes on acts with the other."""


def begins_anew(run: Interpreter, target: facts.Subscript, place: Place | None) -> bool:
    """Whether what is written is the state after a step of a rollout that the next rollout does not begin with.

    ``self.hxs[self.step + 1] = hxs`` is gone on from where something moves the last one to the front.
    """
    index = target.index
    after = isinstance(index, facts.Operation) and index.op == "+" and _is_one(index.operands[-1])
    return after and isinstance(place, FieldPlace) and not run.project.is_rolled_over(place.attr)


def _is_one(expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Constant) and expr.value == 1


def is_front(run: Interpreter, target: facts.Subscript, place: Place | None) -> bool:
    """Whether what is written is the entry that the next rollout begins with: ``self.hxs[0] = 0``."""
    first = isinstance(target.index, facts.Constant) and target.index.value == 0
    return first and isinstance(place, FieldPlace) and run.project.is_rolled_over(place.attr)


def written_down(held: Value, value: Value, arriving: Value) -> Value:
    """What a container gets that is handed a copy of a state, and is not where the state itself is kept."""
    if arriving is not value or not value.tags:
        return arriving  # the next state of what is in there
    owners = {tag.owner for tag in held.tags if tag.cause != KEPT}
    if not owners.isdisjoint({tag.owner for tag in value.tags}):
        return arriving
    return replace(value, tags=frozenset(map(_kept, value.tags)))


def _kept(tag: Tag) -> Tag:
    phase = Phase.UNKNOWN if tag.phase is Phase.STALE else tag.phase
    return replace(tag, phase=phase, event=None, cause=KEPT)
