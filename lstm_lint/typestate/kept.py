"""What a constructor leaves behind besides attributes: variables that its functions read, and what it registered."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint.project.types import Types
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.gathered import ARRAYS
from lstm_lint.typestate.paths import Local, Path
from lstm_lint.typestate.values import NOTHING, Callable, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.registered import Handler
    from lstm_lint.typestate.state import State

_FIRST = 1_000_000
"""The number of the first activation of a constructor that is over when a method of its object is run on its own."""
_ROOM = 10_000
"""So many numbers are there for one class."""


class Kept(NamedTuple):
    """The variables of a constructor that functions outlive it with, and what it registered to be called."""

    variables: tuple[tuple[Local, Value], ...] = ()
    handlers: tuple[tuple[Callable, Handler], ...] = ()


class Renaming(NamedTuple):
    """Objects by the ways that lead to them from ``self``, and activations by numbers that no entry has."""

    ways: dict[Path, Path]
    first: int

    @staticmethod
    def of(ways: dict[Path, Path], turn: int) -> Renaming:
        """That of one class; ``turn`` says how many came before it."""
        return Renaming(ways, _FIRST + _ROOM * turn)

    def number(self, frame: int) -> int:
        """The number of an activation; module variables stay where they are."""
        return frame if frame < 0 else self.first + frame

    def value(self, value: Value, inner: bool = False) -> Value | None:
        """The objects and functions of a value under their new names; None when nothing is worth knowing.

        ``inner``: of what is in a collection, where it counts as well whose attributes the objects are in.
        """
        if value.tags or not (value.known or inner) or is_array(value.types):
            return None
        refs = frozenset(self.ways[ref] for ref in value.refs if ref in self.ways)
        element = self.value(value.element, True) if value.element is not None else None
        if not refs and not value.callables and element is None:
            return None
        callables = frozenset(map(self.function, value.callables))
        return Value(refs=refs, types=value.types, callables=callables, element=element)

    def function(self, bound: Callable) -> Callable:
        """A function with what it is bound to."""
        receiver = None if bound.receiver is None else self.value(bound.receiver, True) or bound.receiver
        after = self.arguments(bound.after) if isinstance(bound.after, Arguments) else bound.after
        return bound._replace(receiver=receiver, frame=self.number(bound.frame), after=after)

    def arguments(self, given: Arguments) -> Arguments:
        """What a function is handed."""
        positional = tuple(self.value(value, True) or NOTHING for value in given.positional)
        keywords = tuple((name, self.value(value, True) or NOTHING) for name, value in given.keywords)
        return Arguments(positional, keywords)

    def frame(self, frame: Frame) -> Frame:
        """An activation that is over."""
        first = None if frame.first is None else self.value(frame.first, True)
        outer = None if frame.outer is None else self.number(frame.outer)
        return dataclasses.replace(frame, number=self.number(frame.number), outer=outer, first=first)


def left_behind(run: Interpreter, names: Renaming, state: State) -> Kept:
    """What a constructor that has just been run leaves behind."""
    variables = []
    for place, value in state.env.items():
        known = names.value(value) if place.frame >= 0 else None
        if known is not None:
            variables.append((Local(names.number(place.frame), place.name), known))
    handlers = []
    for bound, handler in run.handlers.items():
        frames, given = tuple(map(names.frame, handler.frames)), names.arguments(handler.arguments)
        handlers.append((names.function(bound), handler._replace(frames=frames, arguments=given)))
    return Kept(tuple(variables), tuple(handlers))


def taken_up(run: Interpreter, kept: Kept, state: State) -> None:
    """A method is run on an object whose constructor left this behind."""
    for place, value in kept.variables:
        state.env[place] = value
    for bound, handler in kept.handlers:
        run.handlers.setdefault(bound, handler)


def is_array(types: Types) -> bool:
    """Whether a value is declared to be an array, or some of them: what is written to its attribute takes its place."""
    return bool(types) and all(t.ref in ARRAYS or any(map(is_array, t.arguments)) for t in types)
