"""States that bear a stamp of the weights that made them: ``if memo.generation != self.generation: memo.h = None``.

Whoever loads writes another stamp, and whoever steps compares before the state is read, or has it given out by a
function that does: ``session = self.session(who)``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.flagged import Flagged
from lstm_lint.project.heeding import Heeding
from lstm_lint.project.signals import Flag
from lstm_lint.project.stamp_tests import StampTests
from lstm_lint.project.symbols import ClassInfo, FunctionInfo

if TYPE_CHECKING:
    from lstm_lint.project.callers import Callers
    from lstm_lint.project.classes import Classes

_Find = Callable[[facts.FunctionFact], Iterator[str]]
Loading = tuple[str, Span]
"""A function that loads, by its id, and where: at the load, or at the call that leads to it."""


class Stamps:
    """Answers by the ids of functions, each function asked once."""

    def __init__(self, functions: Iterable[FunctionInfo], callers: Callers, classes: Classes) -> None:
        self._functions = {function.id: function for function in functions}
        self._callers = callers
        self._classes = classes
        self._written: dict[Loading, frozenset[str]] = {}
        self._tests = StampTests(function.fact for function in self._functions.values())
        self._flagged = Flagged(function.fact for function in self._functions.values())
        self._compared: dict[tuple[str, frozenset[str]], frozenset[str]] = {}
        self._given: dict[str, frozenset[str]] = {}
        self._told: dict[str, frozenset[str]] = {}
        self._advancing: dict[str, set[str]] | None = None
        self._heeding = Heeding(self._functions, callers, classes, self._tests.stamps)

    def are_compared(self, loading: Iterable[Loading], using: Iterable[str], states: Iterable[str]) -> bool:
        """Whether functions that load write a stamp by which functions that use states of these names keep or reset.

        And do so on every path that is followed.
        """
        places, users, called = frozenset(loading), frozenset(using), frozenset(states)
        written = frozenset[str]().union(*map(self._written_at, places))
        pairs = self._heeding.pairs(written, {name for name, _ in places}) if written else []
        missed = [pair for pair in pairs if self._heeding.is_missed(pair, places, users, called)]
        if pairs and len(missed) == len(pairs):
            return False
        return self._are_compared(places, users, called) or any(
            self._heeding.is_heeded(pair, places, users, called) for pair in pairs if pair not in missed
        )

    def _are_compared(self, places: frozenset[Loading], using: frozenset[str], states: frozenset[str]) -> bool:
        written = frozenset[str]().union(*map(self._written_at, places))
        if not written:
            return False
        loaders = frozenset(name for name, _ in places)
        if any(written & self._comparing(name, states) for name in using):
            return True
        giving = self._that(self._gives, self._given, written, loaders)
        asked = self._that(self._tells, self._told, written, loaders)
        return any(self._is_given(name, giving) or self._is_asked(name, asked) for name in using)

    def are_kept(self, loading: Iterable[Loading], states: Iterable[str], holders: Collection[object] = ()) -> bool:
        """Whether all that go on from states of these names compare the stamp that functions which load write.

        Or ask for a flag that these set, and begin anew where it is. ``holders`` are the classes of what keeps the
        states, where that is known: others have their own.
        """
        places = frozenset(loading)
        flags = frozenset[Flag]().union(*map(self._flags_at, places))
        if not flags and not any(map(self._written_at, places)):
            return False
        called = frozenset(states)
        loaders = {name for name, _ in places}
        users = [
            {name for name in self._users(state) - loaders if not self._is_of_others(name, state, holders)}
            for state in called
        ]
        return bool(users) and all(
            each
            and all(
                self._is_told(user, flags, called, places)
                or self.are_compared(places, (user,), called)
                for user in each
            )
            for each in users
        )

    def _is_told(self, user: str, flags: frozenset[Flag], states: frozenset[str], places: frozenset[Loading]) -> bool:
        """Whether a function begins the states anew where one of the flags is set, and nobody else clears that one."""
        return any(
            self._flagged.resets(self._functions[user].fact, frozenset((flag,)), states)
            and not self._heeding.is_missed(flag, places, (user,), states)
            for flag in flags
        )

    def _flags_at(self, place: Loading) -> frozenset[Flag]:
        """The flags that a function sets which loads there."""
        function = self._functions.get(place[0])
        return frozenset() if function is None else self._flagged.left_at(function.fact, place[1])

    def _written_at(self, place: Loading) -> frozenset[str]:
        """The stamps that a function writes which loads there."""
        found = self._written.get(place)
        if found is None:
            function = self._functions.get(place[0])
            names = frozenset[str]() if function is None else self._tests.stamps.written_at(function.fact, place[1])
            found = self._written[place] = names
        return found

    def _is_of_others(self, name: str, state: str, holders: Collection[object]) -> bool:
        """Whether a method keeps a state of that name in its own object alone, which is none of those classes."""
        function = self._functions[name]
        if not holders or function.klass is None or not function.fact.parameters:
            return False
        own = function.fact.parameters[0].name
        elsewhere = (
            walk.last_name(expr) == state and isinstance(expr, facts.Attribute) and walk.last_name(expr.value) != own
            for action in walk.actions(function.fact.body)
            for expr in walk.expressions(action)
        )
        return not any(elsewhere) and not any(
            self._classes.is_a(function.klass, each) or self._classes.is_a(each, function.klass)
            for each in holders
            if isinstance(each, (ClassInfo, str))
        )

    def _users(self, state: str) -> set[str]:
        """The functions that keep what a call gives under this name, or under a key of a dict that goes by it."""
        if self._advancing is None:
            self._advancing = {}
            for name, function in self._functions.items():
                for written in _advanced(function.fact):
                    self._advancing.setdefault(written, set()).add(name)
        keyed = {name for name in self._advancing.get("", ()) if state in self._functions[name].fact.mentions}
        found = self._advancing.get(state, set()) | keyed
        return found or {
            name
            for name, function in self._functions.items()
            if state in function.fact.mentions and state in _put_by_name(function.fact)
        }

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
            if self._tests.decides(branch)
            for call in walk.calls_in(branch.test)
        )

    def _gives(self, function: facts.FunctionFact) -> Iterator[str]:
        """The stamps that decide which state a function gives out: it is made anew or let go where they differ."""
        for branch in walk.branches(function.body):
            if self._tests.decides(branch):
                yield from self._tests.compared_in(branch.test, function)
        for action in walk.actions(function.body):
            for expr in walk.expressions(action):
                if isinstance(expr, facts.Conditional):
                    yield from self._tests.compared_in(expr.test, function)

    def _tells(self, function: facts.FunctionFact) -> Iterator[str]:
        """The stamps of which a function says whether they differ."""
        for action in walk.actions(function.body):
            if isinstance(action, facts.Return) and isinstance(action.value, (facts.Operation, facts.BoolOp)):
                yield from self._tests.compared_in(action.value, function)

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


def _put_by_name(function: facts.FunctionFact) -> Iterator[str]:
    """The names of attributes in which a function keeps what came out of a call by way of a variable, in a tuple too.

    ``logits, h = self.net(x, h)``, then ``self.sessions[who] = (self.version, h)``.
    """
    bound = walk.bindings(function).names
    for action in walk.actions(function.body):
        value = action.value if isinstance(action, facts.Assign) else None
        parts = value.items if isinstance(value, facts.Display) else (value,)
        given = [each for part in parts if isinstance(part, facts.Name) for each in bound.get(part.id, ())]
        if isinstance(action, facts.Assign) and any(
            isinstance(each.expr, facts.Call) and len(each.expr.arguments) > 1 for each in given
        ):
            for target in walk.flat(action.targets):
                if isinstance(walk.container(target), facts.Attribute):
                    yield walk.last_name(walk.container(target))


def _advanced(function: facts.FunctionFact) -> Iterator[str]:
    """The names of attributes in which a function keeps what a call makes of its arguments; empty for a dict's key.

    It may be in a variable first, which goes into the call as well: ``out, h = self.net(x, h)``, ``self.h = h``.
    """
    handed: set[str] = set()
    for action in walk.actions(function.body):
        if not isinstance(action, facts.Assign):
            continue
        pairs = [pair for target in action.targets for pair in walk.paired(target, action.value)]
        yield from (
            target.attr
            for target, value in pairs
            if isinstance(target, facts.Attribute) and isinstance(value, facts.Name) and value.id in handed
        )
        if isinstance(action.value, facts.Call) and action.value.arguments:
            read = {expr.id for expr in walk.expressions(action.value.arguments) if isinstance(expr, facts.Name)}
            handed |= read & {each.id for each in walk.flat(action.targets) if isinstance(each, facts.Name)}
            for target in walk.flat(action.targets):
                if isinstance(walk.container(target), facts.Attribute):
                    yield walk.last_name(walk.container(target))
                elif walk.part_name(target) is not None:
                    yield ""
