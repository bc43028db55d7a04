"""The six shapes that control flow is made of, and what a domain says so that ``engine.run`` can interpret them.

Nothing here knows of Python syntax or of torch: what a step does to a state is the business of a :class:`Domain`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

LeaveKind = Literal["return", "raise", "break", "continue"]
TryPart = Literal["body", "rest", "left"]
"""Where in a ``try`` control is: in its body, in a handler or the ``else`` suite, or in ``final`` or behind it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action of the domain."""

    action: object
    at: int = -1


@dataclass(frozen=True, slots=True)
class Sequence:
    """Shapes one after another."""

    shapes: tuple[Shape, ...]
    at: int = -1


@dataclass(frozen=True, slots=True)
class Branch:
    """Two arms; ``test`` is evaluated once and either arm follows."""

    test: object
    then: Shape
    orelse: Shape
    at: int = -1


@dataclass(frozen=True, slots=True)
class Loop:
    """A ``while`` (``test`` set, ``head`` None) or a ``for`` (``head`` binds the next element, ``test`` None)."""

    head: object | None
    test: object | None
    body: Shape
    orelse: Shape
    at: int = -1


@dataclass(frozen=True, slots=True)
class Handler:
    """One ``except`` clause, or the swallowing end of a ``with``; the domain says whether it may be entered."""

    action: object
    body: Shape


@dataclass(frozen=True, slots=True)
class Try:
    """``body``, then ``orelse``; ``handlers`` on an exception; ``final`` on every way out."""

    body: Shape
    handlers: tuple[Handler, ...]
    orelse: Shape
    final: Shape
    at: int = -1


@dataclass(frozen=True, slots=True)
class Leave:
    """A jump; its value, if any, was evaluated by the step before it."""

    kind: LeaveKind
    at: int = -1


Shape = Step | Sequence | Branch | Loop | Try | Leave
EMPTY = Sequence(())

S = TypeVar("S")


class Domain(Protocol[S]):
    """What the actions and tests of a flow do to a state.

    States may be mutable. The engine copies before two paths part and never looks again at a state it has handed over,
    so a method may change, keep and return its arguments; only ``copy``, ``equal`` and ``observable`` must leave them
    alone. The actions and tests of a loop come by once a round. An exception raised here leaves ``run``.
    """

    def copy(self, state: S) -> S:
        """A state that shares nothing mutable with ``state``."""
        ...

    def join(self, left: S, right: S) -> S:
        """The state of a place that both paths reach."""
        ...

    def equal(self, left: S, right: S) -> bool:
        """Whether two states say the same; this ends the rounds of a loop."""
        ...

    def step(self, state: S, action: object) -> S | None:
        """The state after ``action``; None when control never comes back from it."""
        ...

    def assume(self, state: S, test: object) -> tuple[S | None, S | None]:
        """The states of the true and the false arm, ``test`` evaluated once; None for an arm that is never taken.

        The two must share nothing mutable.
        """
        ...

    def begin_round(self, state: S) -> S:
        """The state at the head of a loop once all that may come between two rounds has had its effect."""
        ...

    def begin_loop(self, state: S, loop: Loop, again: bool) -> tuple[S | None, S | None]:
        """For a ``for``: the states with the next element bound, and with none left (None: it never runs out).

        What it goes through is evaluated once, before the first element, and not ``again``. The two must share nothing
        mutable.
        """
        ...

    def end_round(self, state: S, loop: Loop) -> tuple[S, S | None]:
        """The state after a round, and that with which a loop goes back to its head (None: it never does)."""
        ...

    def end_for(self, before: S, after: S, loop: Loop) -> S:
        """The state when a ``for`` has run out, from the one after no iteration and the one after at least one."""
        ...

    def goes_on(self, head: S, loop: Loop) -> None:
        """A loop that no way leads out of has this state at its head, whatever the round; it must be left alone."""
        ...

    def passes(self, head: S, loop: Loop) -> None:
        """Any other loop, likewise."""
        ...

    def observable(self, before: S, after: S) -> bool:
        """Whether so much happened between two states that an exception right after it matters."""
        ...

    def thrown(self, after: S) -> S:
        """The state of an exception right after an observable step, sharing nothing mutable with ``after``."""
        ...

    def settled(self, escaping: S, normal: S | None) -> S:
        """What leaves a ``try`` body by exceptions, in the light of how the body ends, or is left, without."""
        ...

    def trying(self, shape: Try, part: TryPart) -> None:
        """Control comes to the next part of a ``try``; those that are under way are left in the order of a stack."""
        ...

    def enter_handler(self, state: S, action: object) -> S | None:
        """The state at the start of a handler; None when it is never entered."""
        ...

    def catches_all(self, action: object) -> bool:
        """Whether no exception gets past the handler with this action, if it is entered at all."""
        ...


@dataclass(slots=True)
class Exits(Generic[S]):
    """The states in which a shape is left, by the way it is left; None for a way that no path takes.

    ``raised`` holds explicit raises and, inside a ``try``, exceptions right after an observable step.
    """

    normal: S | None = None
    returned: S | None = None
    raised: S | None = None
    broke: S | None = None
    continued: S | None = None
