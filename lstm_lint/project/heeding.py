"""Whether word of new weights is heeded on every path: whoever takes it, or hears it, begins the whole state anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.signal_worlds import Following
from lstm_lint.project.signals import Pair, Signal, gives, speaks_of
from lstm_lint.project.stamp_names import StampNames
from lstm_lint.project.surroundings import MAKES, Surroundings
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.unheeded import ends

if TYPE_CHECKING:
    from lstm_lint.project.callers import Callers
    from lstm_lint.project.classes import Classes


class Heeding:
    """Answers for the functions of a project."""

    def __init__(
        self, functions: dict[str, FunctionInfo], callers: Callers, classes: Classes, stamps: StampNames
    ) -> None:
        self._functions = functions
        self._callers = callers
        self._classes = classes
        self._stamps = stamps
        self._around = Surroundings(functions, classes)
        self._known: dict[object, bool] = {}

    def pairs(self, written: frozenset[str], loaders: Collection[str]) -> list[Pair]:
        """The pairs of stamps that functions which load nothing compare, of which loads write the one."""
        found = {
            self._pair(one, other, written)
            for one, other in self._compared
            if not written.isdisjoint((one, other)) and not self._compared[one, other] <= set(loaders)
        }
        return sorted(found, key=lambda pair: (pair.mine, pair.theirs))

    def is_missed(
        self, signal: Signal, places: Iterable[tuple[str, Span]], using: Iterable[str], states: frozenset[str]
    ) -> bool:
        """Whether on some path the word that loads give is taken, or heard, and a state goes on that others made."""
        where, users = frozenset(places), frozenset(using)
        key = (signal, where, users, states)
        if key not in self._known:
            self._known[key] = self._is_missed(signal, where, users, states)
        return self._known[key]

    def is_heeded(
        self, signal: Signal, places: Iterable[tuple[str, Span]], using: Iterable[str], states: frozenset[str]
    ) -> bool:
        """Whether functions that use a state, or all that call them, begin it anew before that where the word is given.

        All of it, on all paths, and none of them is out of view.
        """
        loads = _by_function(places)
        follow = Following(signal, states, loads, self._around)
        known = [self._functions[name] for name in using if name in self._functions and name not in loads]
        users = [user for user in known if not states.isdisjoint(_parts_in((user,)))]  # the network is only handed it
        return bool(users) and states <= _parts_in(users) and all(self._heeds(follow, user) for user in users)

    def _heeds(self, follow: Following, function: FunctionInfo) -> bool:
        if not follow.touches(function):
            return False
        ends(follow, function)
        if follow.heard:
            return follow.heeded
        callers = [each for each in self._callers.of(function) if each.id not in follow.loads]
        return bool(callers) and not self._callers.is_at_top(function.fact.name) and all(
            ends(follow, each) is not None and follow.heeded for each in callers
        )

    def _is_missed(
        self, signal: Signal, places: frozenset[tuple[str, Span]], using: frozenset[str], states: frozenset[str]
    ) -> bool:
        loads = _by_function(places)
        parts = states & _parts_in(self._functions[name] for name in using if name in self._functions)
        if not parts:
            return False  # the state is in variables, which are not followed
        follow = Following(signal, parts, loads, self._around)
        if any(self._untold(follow, self._functions[name]) for name in sorted(loads) if name in self._functions):
            return True
        near = [self._functions[name] for name in (*using, *loads) if name in self._functions]
        concerned = [
            function
            for function in self._functions.values()
            if function.id not in loads
            and function.fact.name not in MAKES
            and (function.id in using or (speaks_of(signal, function.fact) and self._is_near(function, near)))
        ]
        return any(self._fails(follow, function) for function in concerned)

    @staticmethod
    def _untold(follow: Following, function: FunctionInfo) -> bool:
        """Whether a function that loads, and gives the word, takes it back before it ends."""
        ended = ends(follow, function, loaded=False) if gives(follow.signal, function.fact) else None
        return ended is not None and any(world.kept for world in ended)

    def _fails(self, follow: Following, function: FunctionInfo) -> bool:
        """Whether a function, or whoever calls it, goes on with an old state of which nothing says so any more."""
        ended = ends(follow, function)
        if follow.stepped:
            return True
        if ended is None or not any(world.kept for world in ended) or self._callers.is_at_top(function.fact.name):
            return False
        callers = [each for each in self._callers.of(function) if each.id != function.id]
        return not callers or any(self._goes_on(follow, each) for each in callers)

    def _goes_on(self, follow: Following, caller: FunctionInfo) -> bool:
        ended = ends(follow, caller)
        if ended is None or follow.stepped:
            return follow.stepped
        seen = any(self._callers.of(caller)) or self._callers.is_at_top(caller.fact.name)
        return not seen and any(world.kept for world in ended)

    def _is_near(self, function: FunctionInfo, near: list[FunctionInfo]) -> bool:
        """Whether a function has to do with the objects of some others: of their class, or beside it in the module."""
        if function.klass is None:
            return any(function.module is each.module for each in near)
        return any(
            self._classes.is_a(function.klass, each.klass) or self._classes.is_a(each.klass, function.klass)
            for each in near
            if each.klass is not None
        )

    def _pair(self, one: str, other: str, written: frozenset[str]) -> Pair:
        """Two names that are compared, that of the state first."""
        if one in written and other in written:
            mine_first = self._stamps.is_copied(one, other) or not self._stamps.is_copied(other, one)
        else:
            mine_first = other in written
        return Pair(one, other, self._stamps) if mine_first else Pair(other, one, self._stamps)

    @cached_property
    def _compared(self) -> dict[tuple[str, str], set[str]]:
        """The pairs of names that functions compare, and which do."""
        found: dict[tuple[str, str], set[str]] = {}
        for function in self._functions.values():
            for action in walk.actions(function.fact.body):
                for expr in walk.expressions(action):
                    if isinstance(expr, facts.Operation) and self._stamps.compares(expr):
                        one, other = (self._stamps.all_of(each, function.fact) for each in expr.operands)
                        for pair in product(one, other):
                            found.setdefault(pair, set()).add(function.id)
        return found


def _by_function(places: Iterable[tuple[str, Span]]) -> dict[str, set[Span]]:
    found: dict[str, set[Span]] = {}
    for name, span in places:
        found.setdefault(name, set()).add(span)
    return found


def _parts_in(functions: Iterable[FunctionInfo]) -> frozenset[str]:
    """The attributes, and the keys of dicts, that functions name."""
    named = (
        walk.part_name(expr)
        for function in functions
        for action in walk.actions(function.fact.body)
        for expr in walk.expressions(action)
    )
    return frozenset(name for name in named if name is not None)
