"""What wipes which states at the next step: a mask of ones, one of zeros, an observation that is None."""

from __future__ import annotations

from collections.abc import Iterable

from lstm_lint.typestate.globals import SHARED
from lstm_lint.typestate.paths import Local, Place

_Table = dict[Place, set[Place]]


class Wipers:
    """Of one entry, on top of what holds ``everywhere``: there places mean the same in every entry."""

    def __init__(self, everywhere: Wipers | None = None) -> None:
        self.masks: _Table = {}
        """The states that all ones in a place wipe."""
        self._keeping: _Table = {}
        self._beginnings: _Table = {}
        self._everywhere = everywhere

    def note_mask(self, masks: Iterable[Place], masked: frozenset[Place]) -> None:
        """All ones in one of ``masks`` wipe the states in ``masked``."""
        _note(self.masks, masks, masked)
        if self._everywhere is not None:
            _note(self._everywhere.masks, filter(_outlasts, masks), filter(_outlasts, masked))

    def note_keeping(self, masks: Iterable[Place], kept: frozenset[Place]) -> None:
        """All zeros in one of ``masks`` wipe the states in ``kept``: they are multiplied by it as it is."""
        _note(self._keeping, masks, kept)
        if self._everywhere is not None:
            _note(self._everywhere._keeping, filter(_outlasts, masks), filter(_outlasts, kept))

    def note_beginning(self, given: Iterable[Place], places: frozenset[Place]) -> None:
        """None in one of ``given`` makes the states in ``places`` begin anew: no last observation, a new episode."""
        _note(self._beginnings, given, places)

    def masked_by(self, place: Place) -> set[Place]:
        """The states that all ones in a place wipe."""
        return self.masks.get(place, set()) | (self._everywhere.masked_by(place) if self._everywhere else set())

    def kept_by(self, place: Place) -> set[Place]:
        """The states that all zeros in a place wipe."""
        return self._keeping.get(place, set()) | (self._everywhere.kept_by(place) if self._everywhere else set())

    def begun_by(self, place: Place) -> set[Place]:
        """The states that begin anew when a place is None."""
        return set(self._beginnings.get(place, ()))


def _note(table: _Table, wiping: Iterable[Place], wiped: Iterable[Place]) -> None:
    states = set(wiped)
    for place in wiping:
        table.setdefault(place, set()).update(states)


def _outlasts(place: Place) -> bool:
    """Whether a place means the same in every function that is run on its own."""
    return place.frame == SHARED if isinstance(place, Local) else place.owner.root.kind == "self"
