"""States that bear a stamp of the weights that made them: ``if memo.generation != self.generation: memo.h = None``.

Whoever loads writes another stamp, and whoever steps compares before the state is read, or has it given out by a
function that does: ``session = self.session(who)``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Branch
from lstm_lint.project.symbols import FunctionInfo

if TYPE_CHECKING:
    from lstm_lint.project.callers import Callers

_STAMP = re.compile(
    r"(^|_)(gen|generation|version|ver|epoch|stamp|serial|revision|rev|release|tag|era|iteration|mtime|token|hash)s?(_|$)",
    re.IGNORECASE,
)
_SAME = frozenset({"==", "!=", "is", "is not", "<", ">", "<=", ">="})

_CLEARS = re.compile(r"^(pop|clear|discard)$|^_?(reset|forget|drop|begin|restart|init)", re.IGNORECASE)

_Find = Callable[[facts.FunctionFact], Iterator[str]]


class Stamps:
    """Answers by the ids of functions, each function asked once."""

    def __init__(self, functions: Iterable[FunctionInfo], callers: Callers) -> None:
        self._functions = {function.id: function for function in functions}
        self._callers = callers
        self._written: dict[str, frozenset[str]] = {}
        self._compared: dict[str, frozenset[str]] = {}
        self._given: dict[str, frozenset[str]] = {}
        self._told: dict[str, frozenset[str]] = {}
        self._advancing: dict[str, set[str]] | None = None

    def are_compared(self, loading: Iterable[str], using: Iterable[str]) -> bool:
        """Whether functions that load write a stamp which functions that use the state compare."""
        loaders = frozenset(loading)
        written = frozenset[str]().union(*(self._of(name, self._written, _writes) for name in loaders))
        if not written:
            return False
        users = list(using)
        if any(written & self._of(name, self._compared, _compares) for name in users):
            return True
        giving = self._that(_gives, self._given, written, loaders)
        asked = self._that(_tells, self._told, written, loaders)
        return any(self._is_given(name, giving) or self._is_asked(name, asked) for name in users)

    def are_kept(self, loading: Iterable[str], states: Iterable[str]) -> bool:
        """Whether all that go on from states of these names compare the stamp that functions which load write."""
        loaders = frozenset(loading)
        if not any(self._of(name, self._written, _writes) for name in loaders):
            return False
        users = [self._users(state) - loaders for state in states]
        return bool(users) and all(
            each and all(self.are_compared(loaders, (user,)) for user in each) for each in users
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
            if _decides(branch)
            for call in walk.calls_in(branch.test)
        )

    def _of(self, name: str, known: dict[str, frozenset[str]], find: _Find) -> frozenset[str]:
        found = known.get(name)
        if found is None:
            function = self._functions.get(name)
            found = known[name] = frozenset() if function is None else frozenset(find(function.fact))
        return found


def _stamp(expr: facts.Expr) -> str:
    """The name of a stamp, in the singular: it may be an entry of a record, or one of many; empty for anything else."""
    key = expr.index.value if isinstance(expr, facts.Subscript) and isinstance(expr.index, facts.Constant) else None
    name = key if isinstance(key, str) else walk.last_name(walk.container(expr))
    return name.removesuffix("s") if _STAMP.search(name) else ""


def _writes(function: facts.FunctionFact) -> Iterator[str]:
    for action in walk.actions(function.body):
        targets: tuple[facts.Expr, ...] = action.targets if isinstance(action, facts.Assign) else ()
        if isinstance(action, facts.Augment):
            targets = (action.target,)
        for target in walk.flat(targets):
            if isinstance(walk.container(target), facts.Attribute) and (name := _stamp(target)):
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


def _compares(function: facts.FunctionFact) -> Iterator[str]:
    """The stamps of which two are compared: of the state, and of the weights."""
    tests = [each.test for each in walk.branches(function.body)]
    for node in (*walk.actions(function.body), *tests):
        yield from _compared_in(node)


def _gives(function: facts.FunctionFact) -> Iterator[str]:
    """The stamps that decide which state a function gives out: where they differ, something is made anew or let go."""
    for branch in walk.branches(function.body):
        if _decides(branch):
            yield from _compared_in(branch.test)
    for action in walk.actions(function.body):
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Conditional):
                yield from _compared_in(expr.test)


def _tells(function: facts.FunctionFact) -> Iterator[str]:
    """The stamps of which a function says whether they differ."""
    for action in walk.actions(function.body):
        if isinstance(action, facts.Return) and isinstance(action.value, (facts.Operation, facts.BoolOp)):
            yield from _compared_in(action.value)


def _decides(branch: Branch) -> bool:
    """Whether something is put, let go or given out in an arm, and not only said."""
    for action in (*walk.actions(branch.then), *walk.actions(branch.orelse)):
        if isinstance(action, (facts.Assign, facts.Delete, facts.Return)):
            return True
        if any(_CLEARS.search(walk.last_name(call.func)) for call in walk.calls_in(action)):
            return True
    return False


def _compared_in(node: object) -> Iterator[str]:
    for expr in walk.expressions(node):
        if isinstance(expr, facts.Operation) and expr.op in _SAME and len(expr.operands) == 2:
            names = [_stamp(each) for each in expr.operands]
            if all(names):
                yield from names
