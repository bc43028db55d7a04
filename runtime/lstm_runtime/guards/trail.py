"""Who wrote to the parameters that a guard watches, and what was handed out that can be written through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import NamedTuple

from torch import Tensor

from lstm_runtime.guards.location import Spot, user_spot
from lstm_runtime.guards.quick import NO_MORE

# How many tensors from `.data` one trail keeps at most.
_ALIASES = 256

# How a read of `.data` is called, and a write through what it returned.
DATA, _THROUGH_DATA = ".data", "a write through .data"

_numbers = count(1)


class Write(NamedTuple):
    """One write, or the moment when something that can be written through was handed out. Later ones count higher."""

    number: int
    how: str
    spot: Spot

    def __str__(self) -> str:
        return f"{self.how} at {self.spot.location()}"


def written_now(how: str) -> Write:
    """A write by the user's line that is running."""
    return Write(next(_numbers), how, user_spot())


class Traces(NamedTuple):
    """The last writes to parameters, and the last times that they were handed out, by id."""

    written: dict[int, Write]
    handed_out: dict[int, Write]

    def of(self, ids: Iterable[int]) -> tuple[list[Write], list[Write]]:
        """Those of the parameters with these ids."""
        chosen = set(ids)
        return [self.written[key] for key in self.written.keys() & chosen], [
            self.handed_out[key] for key in self.handed_out.keys() & chosen
        ]


class Alias(NamedTuple):
    """What `.data` handed out, and its version when that was last asked for."""

    tensor: Tensor
    version: int
    read: Write


class Trail:
    """Who wrote to some parameters since `take`.

    `is_touched` says that one was given other data; `aliases` is empty if nothing can have been written through
    `.data`.
    """

    def __init__(self) -> None:
        self.is_touched = False
        self._expected = [[NO_MORE]]
        self.aliases: dict[tuple[int, Spot], Alias] = {}
        self._traces = Traces({}, {})
        self._ids: frozenset[int] = frozenset()
        self._end: Callable[[], None] | None = None

    def follow(self, ids: frozenset[int], watch: Callable[[Trail, frozenset[int]], Callable[[], None]]) -> None:
        """From now on the parameters with these ids, which the caller keeps alive, and no others."""
        if ids != self._ids:
            self.end()
            self._ids, self._end = ids, watch(self, ids)

    def end(self) -> None:
        """Follow nothing any more."""
        if self._end is not None:
            self._end()
        self._ids, self._end = frozenset(), None
        self.aliases = {}

    def expect(self) -> list[int]:
        """A list for the versions that are expected from now on, until there is more to look at than these."""
        versions: list[int] = []
        self._expected = [versions]
        return versions

    def expect_also(self, versions: list[int]) -> None:
        """Another such list, with versions in it. It holds no longer than the first: ask about that after this."""
        self._expected.append(versions)

    def expect_no_more(self) -> None:
        """Spoil the lists: they equal no versions any more."""
        for versions in self._expected:  # also one that another thread puts there meanwhile
            if versions[-1:] != [NO_MORE]:
                versions.append(NO_MORE)

    @property
    def is_expecting(self) -> bool:
        """Whether the lists still hold."""
        first = self._expected[0]
        return bool(first) and first[-1] != NO_MORE

    @property
    def is_handed_out(self) -> bool:
        """Whether something was handed out that can be written through, since `take` or by `.data`."""
        return bool(self.aliases or self._traces.handed_out)

    def is_written(self) -> bool:
        """Whether something was written through `.data`."""
        return any(alias.tensor._version != alias.version for alias in tuple(self.aliases.values()))

    def take(self) -> Traces:
        """What is known; it is forgotten here."""
        for (key, _), alias in tuple(self.aliases.items()):
            self._ask(key, alias)
        self.is_touched = False
        self.expect_no_more()
        traces, self._traces = self._traces, Traces({}, {})
        # Somebody may still hold what was handed out, and write later.
        for place, alias in tuple(self.aliases.items()):
            self.aliases[place] = alias._replace(version=alias.tensor._version)
        return traces

    def wrote(self, key: int, write: Write) -> None:
        """This parameter was written to, which its version shows as well, when that is asked for."""
        self._traces.written[key] = write
        self.expect_no_more()

    def replaced(self, key: int, write: Write) -> None:
        """It was given other data."""
        self._touch()
        self.wrote(key, write)
        for place in tuple(self.aliases):  # these are of what was there before
            if place[0] == key:
                self.aliases.pop(place, None)

    def handed_out(self, key: int, read: Write, alias: Tensor | None = None) -> None:
        """It was handed out: `alias`, if that counts versions of its own."""
        is_first = not self.is_handed_out
        self._traces.handed_out[key] = read
        if alias is None or alias.is_inference():
            if is_first:  # a look that asks one of the parameters only would miss what is written through this
                self.expect_no_more()
            return
        self._drop((key, read.spot))
        if len(self.aliases) >= _ALIASES:
            self._drop(next(iter(tuple(self.aliases))))
        self.aliases[key, read.spot] = Alias(alias, alias._version, read)
        self.expect_no_more()  # this one was not among what is looked at

    def _touch(self) -> None:
        self.is_touched = True
        self.expect_no_more()

    def _drop(self, place: tuple[int, Spot]) -> None:
        alias = self.aliases.pop(place, None)
        if alias is not None:
            self._ask(place[0], alias)

    def _ask(self, key: int, alias: Alias) -> None:
        if alias.tensor._version == alias.version:
            return
        self._touch()
        known = self._traces.written.get(key)
        if known is None or known.number < alias.read.number:
            how = alias.read.how
            self._traces.written[key] = alias.read._replace(how=_THROUGH_DATA if how == DATA else how)
