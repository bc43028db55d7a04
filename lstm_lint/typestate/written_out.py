"""Cells that are written out and keep what they carry in an attribute of their own: it is advanced where it is put.

Nothing recurrent is called on the way, as the layers that it goes through are plain ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.typestate.paths import FieldPlace, Place
from lstm_lint.typestate.values import Phase, Tag, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def kept(run: Interpreter, places: Iterable[Place], state: State) -> frozenset[Place]:
    """Those of some places in which such a cell keeps what it carries."""
    return frozenset(place for place in places if _is_kept(run, place, state))


def advanced(run: Interpreter, place: Place, value: Value, state: State) -> Tag | None:
    """What a value is as the next state of the cell that keeps it; None where it is no such thing."""
    if not isinstance(place, FieldPlace) or not _is_kept(run, place, state):
        return None
    if not any(place in mark.places for mark in value.calls):
        return None  # it has gone through no layer: it begins anew
    strength = run.index.guessed(place.owner)
    run.index.note(place, place.owner, strength)
    return Tag(Phase.CARRYING, place.owner, strength=strength, cause="advance")


def _is_kept(run: Interpreter, place: Place, state: State) -> bool:
    if not isinstance(place, FieldPlace) or run.project.library:
        return False
    return any(place.attr in run.project.own_memories.of(t.ref) for t in run.types_of(place.owner, state))
