"""What may be so of the word of new weights, and of each part of the state, at one place of a path that is followed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.signals import Signal
from lstm_lint.project.stamp_tests import names_of
from lstm_lint.project.surroundings import Surroundings
from lstm_lint.project.symbols import FunctionInfo


@dataclass(frozen=True, slots=True)
class World:
    """One of the ways in which things may be.

    ``old``: the parts of the state that other weights made, attributes with a point before their name, and variables
    that such a part is in. ``heard``: the word was asked for while it was given. ``known``: variables and attributes
    that are true or false. ``free``: variables whose value has nothing to do with what went before. ``murky``: what led
    here may have to do with the state. ``result``: how the last call came out.
    """

    given: bool
    old: frozenset[str]
    heard: bool = False
    murky: bool = False
    known: frozenset[tuple[str, bool]] = frozenset()
    free: frozenset[str] = frozenset()
    result: tuple[Span, bool] | None = None

    @property
    def kept(self) -> bool:
        """Whether a part of the state is of other weights for sure, and nothing says so any more."""
        return not self.given and not self.murky and any(name.startswith(".") for name in self.old)


Worlds = frozenset[World]


class Following:
    """One word and the state of one record, followed through functions, and what was come upon on the way."""

    def __init__(
        self, signal: Signal, states: frozenset[str], loads: dict[str, set[Span]], around: Surroundings
    ) -> None:
        self.signal = signal
        self.states = states
        self.loads = loads
        self.around = around
        self.all_old = frozenset(f".{name}" for name in states)
        self._touching: dict[str, bool] = {}
        self._holding: dict[str, frozenset[str]] = {}
        self.begin()

    def begin(self) -> None:
        """Forget what was come upon in the function before."""
        self.stepped = False
        """An old state was stepped after the word was taken or heard."""
        self.used = False
        """Something may have been done with an old state."""
        self.heard = False
        """The word was asked for while it was given."""

    @property
    def heeded(self) -> bool:
        """Whether the word was asked for, and nothing may have been done with an old state."""
        return self.heard and not self.used

    def right(self, world: World) -> World:
        """The same where nothing is known any more: what follows is taken to be right, and proves nothing."""
        self.used = self.used or bool(world.old)
        return replace(world, old=frozenset(), murky=True)

    def holding(self, function: FunctionInfo) -> frozenset[str]:
        """What keeps parts of the state in a function: ``rider`` of ``rider.h``, ``riders`` that it is taken out of."""
        found = self._holding.get(function.id)
        if found is None:
            found = self._holding[function.id] = names_of(function.fact, self.states) - self.states
        return found

    def touches(self, function: FunctionInfo) -> bool:
        """Whether a function, or what it calls, has to do with the word or the state."""
        found = self._touching.get(function.id)
        if found is None:
            self._touching[function.id] = False  # a cycle is entered from somewhere else
            found = not function.fact.mentions.isdisjoint(self.states | self.signal.names) or any(
                self.touches(each)
                for call in walk.calls(function.fact.body)
                for each in self.around.named(walk.last_name(call.func))
            )
            self._touching[function.id] = found
        return found


def key(expr: object) -> str:
    """What a part of a state goes by: ``.h`` of ``self.h`` and ``memo["h"]``, ``h`` of a variable."""
    if isinstance(expr, facts.Name):
        return expr.id
    part = walk.part_name(expr)
    return f".{part}" if part else ""


def key_of_target(target: facts.Expr) -> str:
    """That of what is written, or of what it is an entry of: ``.h`` of ``self.h[i]``."""
    return key(target) or key(walk.container(target))


def without(known: frozenset[tuple[str, bool]], names: set[str]) -> frozenset[tuple[str, bool]]:
    """What is known of anything but these names."""
    return frozenset(each for each in known if each[0] not in names)
