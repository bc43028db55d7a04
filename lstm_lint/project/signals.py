"""What says that a state is of other weights: two stamps that differ, or a flag that is on, and how it is taken back.

A word is *given* where weights are loaded: a stamp is counted up, a flag is set. It is *taken* where the stamp of the
state is made that of the weights, or the flag is cleared: from then on nothing says that the state is of other weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

from lstm_lint import facts, walk
from lstm_lint.memo import by_node
from lstm_lint.project.stamp_names import SAME, StampNames, goes_by

_ORDER = {"<": (True, False), "<=": (True, True), ">": (False, False), ">=": (False, True)}
"""How ``mine < theirs`` comes out where theirs is the later one, and where they are the same."""


class Signal(Protocol):
    """A word that a load leaves for whoever steps next."""

    is_compared: ClassVar[bool]
    """Whether it is asked for by a comparison, wherever that stands; a flag is read for other ends, too."""

    @property
    def names(self) -> frozenset[str]:
        """What it goes by: code that has none of these names in it has nothing to do with it."""
        ...

    def says(self, expr: object, function: facts.FunctionFact, given: bool) -> bool | None:
        """How an expression that asks for it comes out while it is given, or is not; None where none is asked for."""
        ...

    def is_taken(self, target: facts.Expr, value: facts.Expr, function: facts.FunctionFact, loads: bool) -> bool:
        """Whether an assignment takes it back; in a function that ``loads`` fewer do."""
        ...

    def is_given(self, target: facts.Expr, value: facts.Expr | None, loads: bool) -> bool:
        """Whether an assignment gives it; no value is for one that counts up."""
        ...


@dataclass(frozen=True)
class Pair:
    """The stamp of a state and that of the weights; both may go by one name, as attributes of two objects."""

    mine: str
    theirs: str
    stamps: StampNames
    is_compared: ClassVar[bool] = True

    @property
    def names(self) -> frozenset[str]:
        """The names of both, and with an ``s`` as a table of them has it."""
        both = {self.mine, self.theirs}
        return frozenset(f"{lead}{name}{end}" for name in both for end in ("", "s") for lead in ("", "_"))

    def says(self, expr: object, function: facts.FunctionFact, given: bool) -> bool | None:
        """How a comparison of the two comes out."""
        if not isinstance(expr, facts.Operation) or not self.stamps.compares(expr):
            return None
        one, other = (self.stamps.all_of(each, function) for each in expr.operands)
        if not (self.mine in one and self.theirs in other) and not (self.theirs in one and self.mine in other):
            return None
        if expr.op in SAME:
            return (expr.op in ("!=", "is not")) is given
        if self.mine == self.theirs:  # which of them is of the weights is not told: it is taken for the later one
            return (expr.op in "<>") is given
        later, same = _ORDER[expr.op]
        return (later is (self.mine in one)) if given else same

    def is_taken(self, target: facts.Expr, value: facts.Expr, function: facts.FunctionFact, loads: bool) -> bool:
        """``self.seen = self.version``; of two under one name, only where the same function compares the one."""
        if goes_by(target) != self.mine or self.theirs not in self.stamps.all_of(value, function):
            return False
        if self.mine != self.theirs:
            return True
        one = walk.render(target)
        return not loads and one in _compared(function) and one != walk.render(value)

    def is_given(self, target: facts.Expr, value: facts.Expr | None, loads: bool) -> bool:
        """``self.version += 1``, or whatever else is written to it beside the weights."""
        return goes_by(target) == self.theirs and isinstance(walk.container(target), facts.Attribute) and (
            value is None or loads
        )


@dataclass(frozen=True)
class Flag:
    """An attribute, and what it is set to where weights are loaded."""

    name: str
    on: bool
    is_compared: ClassVar[bool] = False

    @property
    def names(self) -> frozenset[str]:
        """Its name."""
        return frozenset((self.name,))

    def says(self, expr: object, function: facts.FunctionFact, given: bool) -> bool | None:
        """How the flag comes out."""
        return (self.on is given) if isinstance(expr, facts.Attribute) and expr.attr == self.name else None

    def is_taken(self, target: facts.Expr, value: facts.Expr, function: facts.FunctionFact, loads: bool) -> bool:
        """``self.is_new = False``."""
        return self._gets(target, value) is (not self.on)

    def is_given(self, target: facts.Expr, value: facts.Expr | None, loads: bool) -> bool:
        """``self.is_new = True``."""
        return value is not None and self._gets(target, value) is self.on

    def _gets(self, target: facts.Expr, value: facts.Expr) -> bool | None:
        """What the flag is set to."""
        if not isinstance(value, facts.Constant) or not isinstance(value.value, bool):
            return None
        return value.value if isinstance(target, facts.Attribute) and target.attr == self.name else None


def gives(signal: Signal, function: facts.FunctionFact) -> bool:
    """Whether a function that loads weights gives the word."""
    return any(
        signal.is_given(target, value, True)
        for action in walk.actions(function.body)
        for target, value in written(action)
    )


def speaks_of(signal: Signal, function: facts.FunctionFact) -> bool:
    """Whether a function asks for the word, or takes it."""
    if function.mentions.isdisjoint(signal.names):
        return False
    return any(
        any(signal.says(expr, function, True) is not None for expr in walk.expressions(action))
        or any(
            value is not None and signal.is_taken(target, value, function, False) for target, value in written(action)
        )
        for action in walk.actions(function.body)
    )


def written(action: object) -> Iterator[tuple[facts.Expr, facts.Expr | None]]:
    """What an action assigns, each target with what it gets; None for one that is counted up."""
    if isinstance(action, facts.Assign):
        for target in action.targets:
            for each, value in walk.paired(target, action.value):
                yield each, action.value if value is None else value
    elif isinstance(action, facts.Augment):
        yield action.target, None


@by_node
def _compared(function: facts.FunctionFact) -> frozenset[str | None]:
    """What a function compares, as the source writes it."""
    return frozenset(
        walk.render(operand)
        for action in walk.actions(function.body)
        for expr in walk.expressions(action)
        if isinstance(expr, facts.Operation) and (expr.op in SAME or expr.op in _ORDER)
        for operand in expr.operands
    )
