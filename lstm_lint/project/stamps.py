"""States that bear a stamp of the weights that made them: ``if memo.generation != self.generation: memo.h = None``.

Whoever loads writes another stamp, and whoever steps compares before the state is read, or has it given out by a
function that does: ``session = self.session(who)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.stamp_tests import StampTests, decides, stamp
from lstm_lint.project.symbols import FunctionInfo

if TYPE_CHECKING:
    from lstm_lint.project.callers import Callers

_Find = Callable[[facts.FunctionFact], Iterator[str]]


class Stamps:
    """Answers by the ids of functions, each function asked once."""

    def __init__(self, functions: Iterable[FunctionInfo], callers: Callers) -> None:
        self._functions = {function.id: function for function in functions}
        self._callers = callers
        self._written: dict[str, frozenset[str]] = {}
        self._tests = StampTests(function.fact for function in self._functions.values())
        self._compared: dict[tuple[str, frozenset[str]], frozenset[str]] = {}
        self._given: dict[str, frozenset[str]] = {}
        self._told: dict[str, frozenset[str]] = {}
        self._advancing: dict[str, set[str]] | None = None

    def are_compared(self, loading: Iterable[str], using: Iterable[str], states: Iterable[str]) -> bool:
        """Whether functions that load write a stamp by which functions that use states of these names keep or reset."""
        loaders = frozenset(loading)
        written = frozenset[str]().union(*(self._of(name, self._written, _writes) for name in loaders))
        if not written:
            return False
        users, called = list(using), frozenset(states)
        if any(written & self._comparing(name, called) for name in users):
            return True
        giving = self._that(self._gives, self._given, written, loaders)
        asked = self._that(self._tells, self._told, written, loaders)
        return any(self._is_given(name, giving) or self._is_asked(name, asked) for name in users)

    def are_kept(self, loading: Iterable[str], states: Iterable[str]) -> bool:
        """Whether all that go on from states of these names compare the stamp that functions which load write."""
        loaders = frozenset(loading)
        if not any(self._of(name, self._written, _writes) for name in loaders):
            return False
        called = frozenset(states)
        users = [self._users(state) - loaders for state in called]
        return bool(users) and all(
            each and all(self.are_compared(loaders, (user,), called) for user in each) for each in users
        )

    def _users(self, state: str) -> set[str]:
        """The functions that keep what a call gives under this name, or under a key of a dict that goes by it."""
        if self._advancing is None:
            self._advancing = {}
            for name, function in self._functions.items():
                for written in _advanced(function.fact):
                    self._advancing.setdefault(written, set()).add(name)
        keyed = {name for name in self._advancing.get("", ()) if state in self._functions[name].fact.mentions}
        return self._advancing.get(state, set()) | keyed

    def _that(
        self, find: _Find, known: dict[str, frozenset[str]], written: frozenset[str], loaders: frozenset[str]
    ) -> list[FunctionInfo]:
        """The functions that ``find`` finds one of the stamps in; whoever loads compares those of files, for itself."""
        return [
            function
            for name, function in self._functions.items()
            if written & self._of(name, known, find)
            and name not in loaders
            and not self._callers.is_replacing(function)
        ]

    def _is_given(self, using: str, giving: list[FunctionInfo]) -> bool:
        """Whether a function that uses a state, or each that calls it, calls one of those that give it out."""
        function = self._functions.get(using)
        if function is None or not giving:
            return False
        asking = {caller for each in giving for caller in self._callers.of(each)}
        users = set(self._callers.of(function))
        return function in asking or (bool(users) and users <= asking)

    def _is_asked(self, using: str, telling: list[FunctionInfo]) -> bool:
        """Whether a function that uses a state asks another whether the stamps differ, and does something if so."""
        function = self._functions.get(using)
        if function is None:
            return False
        names = {each.fact.name for each in telling if function in self._callers.of(each)}
        return bool(names) and any(
            walk.last_name(call.func) in names
            for branch in walk.branches(function.fact.body)
            if decides(branch)
            for call in walk.calls_in(branch.test)
        )

    def _gives(self, function: facts.FunctionFact) -> Iterator[str]:
        """The stamps that decide which state a function gives out: it is made anew or let go where they differ."""
        for branch in walk.branches(function.body):
            if decides(branch):
                yield from self._tests.compared_in(branch.test)
        for action in walk.actions(function.body):
            for expr in walk.expressions(action):
                if isinstance(expr, facts.Conditional):
                    yield from self._tests.compared_in(expr.test)

    def _tells(self, function: facts.FunctionFact) -> Iterator[str]:
        """The stamps of which a function says whether they differ."""
        for action in walk.actions(function.body):
            if isinstance(action, facts.Return) and isinstance(action.value, (facts.Operation, facts.BoolOp)):
                yield from self._tests.compared_in(action.value)

    def _comparing(self, name: str, states: frozenset[str]) -> frozenset[str]:
        """The stamps whose comparison decides in a function whether it reads a state of one of these names."""
        found = self._compared.get((name, states))
        if found is None:
            function = self._functions.get(name)
            deciding = () if function is None else self._tests.deciding(function.fact, states)
            found = self._compared[name, states] = frozenset(deciding)
        return found

    def _of(self, name: str, known: dict[str, frozenset[str]], find: _Find) -> frozenset[str]:
        found = known.get(name)
        if found is None:
            function = self._functions.get(name)
            found = known[name] = frozenset() if function is None else frozenset(find(function.fact))
        return found


def _writes(function: facts.FunctionFact) -> Iterator[str]:
    for action in walk.actions(function.body):
        targets: tuple[facts.Expr, ...] = action.targets if isinstance(action, facts.Assign) else ()
        if isinstance(action, facts.Augment):
            targets = (action.target,)
        for target in walk.flat(targets):
            if isinstance(walk.container(target), facts.Attribute) and (name := stamp(target)):
                yield name


def _advanced(function: facts.FunctionFact) -> Iterator[str]:
    """The names of attributes in which a function keeps what a call makes of its arguments; empty for a dict's key."""
    for action in walk.actions(function.body):
        if isinstance(action, facts.Assign) and isinstance(action.value, facts.Call) and action.value.arguments:
            for target in walk.flat(action.targets):
                if isinstance(walk.container(target), facts.Attribute):
                    yield walk.last_name(walk.container(target))
                elif walk.part_name(target) is not None:
                    yield ""
