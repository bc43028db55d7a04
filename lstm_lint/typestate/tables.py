"""The values of places, and which of them a change of states can concern."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TypeVar

from lstm_lint.typestate.paths import FieldPlace, Path, Place
from lstm_lint.typestate.values import Value

P = TypeVar("P", bound=Place)


class Table(dict[P, Value]):
    """Values by place; knows which of them bear a state, and which do so under conditions.

    A change of states goes through all of those, and there are many changes.
    """

    __slots__ = ("_bearing", "_conditional")

    _bearing: dict[P, Value]
    _conditional: dict[P, Value]

    def __init__(self, items: Table[P] | Iterable[tuple[P, Value]] = ()) -> None:
        super().__init__(items)
        if isinstance(items, Table):
            self._bearing, self._conditional = dict(items._bearing), dict(items._conditional)
        else:
            self._bearing = {place: value for place, value in self.items() if value.bears_state}
            self._conditional = {place: value for place, value in self._bearing.items() if value.atoms}

    def bearing(self) -> Sequence[tuple[P, Value]]:
        """The places whose value, or something in it, has tags or came out of calls."""
        return tuple(self._bearing.items())

    def conditional(self) -> Sequence[tuple[P, Value]]:
        """Those of them in which something is so under a condition."""
        return tuple(self._conditional.items())

    def __setitem__(self, place: P, value: Value) -> None:
        super().__setitem__(place, value)
        if not value.bears_state:
            self._forget(place)
            return
        self._bearing[place] = value
        if value.atoms:
            self._conditional[place] = value
        else:
            self._conditional.pop(place, None)

    def __delitem__(self, place: P) -> None:
        super().__delitem__(place)
        self._forget(place)

    def _forget(self, place: P) -> None:
        if self._bearing.pop(place, None) is not None:
            self._conditional.pop(place, None)

    def take(self, place: P) -> Value | None:
        """The value of a place, which has none from here on."""
        value = self.get(place)
        if value is not None:
            del self[place]
        return value


class Heap(Table[FieldPlace]):
    """The values of attributes; knows which objects are held under a name that is not their own."""

    __slots__ = ("_links",)

    _links: _Links | None

    def __init__(self, other: Heap | None = None) -> None:
        super().__init__(() if other is None else other)
        self._links = None if other is None else other._links

    @property
    def links(self) -> _Links:
        """Who holds whom; not to be changed."""
        if self._links is None:
            self._links = _Links(self)
        return self._links

    def __setitem__(self, place: FieldPlace, value: Value) -> None:
        if self._links is not None:
            old = self.get(place)
            before = old.refs if old is not None else frozenset()
            if before is not value.refs and (_has_alias(place, before) or _has_alias(place, value.refs)):
                self._links = None
        super().__setitem__(place, value)

    def __delitem__(self, place: FieldPlace) -> None:
        self._links = None
        super().__delitem__(place)


class _Links:
    """The objects in attributes under another way than the attribute's own."""

    def __init__(self, heap: Heap) -> None:
        self._places = [(place, value.refs) for place, value in heap.items() if _has_alias(place, value.refs)]
        self._reached: dict[Path, frozenset[Path]] = {}

    @cached_property
    def holders(self) -> dict[Path, list[FieldPlace]]:
        """The attributes that hold an object, besides the one its path ends in."""
        found: dict[Path, list[FieldPlace]] = {}
        for place, refs in self._places:
            own = place.owner.child(place.attr)
            for ref in refs:
                if ref is not own:
                    found.setdefault(ref, []).append(place)
        return found

    @cached_property
    def _outward(self) -> dict[Path, set[Path]]:
        """What an object and all below it hold that their paths do not lead to."""
        found: dict[Path, set[Path]] = {}
        for place, refs in self._places:
            for base in place.owner.prefixes():
                found.setdefault(base, set()).update(ref for ref in refs if not ref.starts_with(base))
        return found

    def reach(self, path: Path) -> frozenset[Path]:
        """The object and all that it, or something below it, holds under another way."""
        known = self._reached.get(path)
        if known is None:
            found = {path}
            todo = [path]
            while todo:
                new = self._outward.get(todo.pop(), set()) - found
                found |= new
                todo.extend(new)
            known = self._reached[path] = frozenset(found)
        return known


def _has_alias(place: FieldPlace, refs: frozenset[Path]) -> bool:
    return bool(refs) and (len(refs) > 1 or place.owner.child(place.attr) not in refs)
