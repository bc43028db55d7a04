"""Queues and pipes that a program makes and hands to others: which calls put something into the one that is read.

``Process(target=act, args=(queue,))`` and ``queue.put(weights)`` in the process that made it; ``self.inbox.get()`` in
an object that ``act`` has handed it to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.handed import argument
from lstm_lint.project.handing import CONSTRUCTORS
from lstm_lint.project.processes import begun_with
from lstm_lint.project.senders import is_own
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

_PUTS = frozenset({"put", "put_nowait"})
_MAKES = re.compile(r"queue$", re.IGNORECASE)
_DEEP = 6


class Channel(NamedTuple):
    """The variable in which a function has a queue, or a list of queues, that it made."""

    function: str
    name: str


class Put(NamedTuple):
    """A call that puts something into a queue."""

    call: facts.Call
    function: FunctionInfo


class Queues:
    """Answers for one reading call at a time."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def filled_by(self, taken: facts.Call, function: FunctionInfo) -> list[Put]:
        """All that is put into the queue that a call reads, in other functions; nothing where that is not known."""
        if not isinstance(taken.func, facts.Attribute):
            return []
        read = set(self._made(taken.func.value, function, _DEEP))
        if len(read) != 1 or None in read:
            return []
        puts = [put for put, made in self._puts if not made.isdisjoint(read)]
        return [] if any(put.function is function for put in puts) else puts

    @cached_property
    def _puts(self) -> list[tuple[Put, frozenset[Channel | None]]]:
        found = []
        for function in (*self._project.functions, *self._project.programs):
            for call in walk.calls(function.fact.body) if not _PUTS.isdisjoint(function.fact.mentions) else ():
                put = isinstance(call.func, facts.Attribute) and call.func.attr in _PUTS and bool(call.arguments)
                if put and isinstance(call.func, facts.Attribute) and not _is_sign(call.arguments[0].value):
                    made = frozenset(self._made(call.func.value, function, _DEEP))
                    found.append((Put(call, function), made))
        return found

    def _made(self, expr: facts.Expr, function: FunctionInfo, deep: int) -> Iterator[Channel | None]:
        """Where what an expression stands for was made; None for a place that is not known."""
        expr = walk.container(expr)
        if deep == 0:
            yield None
        elif isinstance(expr, facts.Attribute) and function.klass is not None and is_own(expr, function):
            yield from self._kept(expr.attr, function, deep)
        elif isinstance(expr, facts.Name):
            yield from self._named(expr.id, function, deep)
        else:
            yield None

    def _kept(self, attr: str, function: FunctionInfo, deep: int) -> Iterator[Channel | None]:
        """What is in an attribute: what the constructor of the class was handed."""
        klass = function.klass
        for fact in klass.fact.functions.values() if klass is not None else ():
            for binding in self._project.typing.bindings(fact).attributes.get(attr, ()):
                known = binding.how == "value" and fact.name in CONSTRUCTORS
                maker = self._project.symbols.function_info(function.module, klass, fact)
                yield from self._made(binding.expr, maker, deep - 1) if known else (None,)

    def _named(self, name: str, function: FunctionInfo, deep: int) -> Iterator[Channel | None]:
        if any(parameter.name == name for parameter in function.fact.parameters):
            for user, value in self._handed(function, name):
                yield from self._made(value, user, deep - 1)
            return
        values = list(_bound(name, function))
        if not values:
            around = self._around(function)
            yield from self._named(name, around, deep - 1) if around is not None and deep > 0 else (None,)
        for value in values:
            if isinstance(value, (facts.Name, facts.Attribute, facts.Subscript)):
                yield from self._made(value, function, deep - 1)
            else:
                yield Channel(function.id, name) if _makes(value) else None

    def _around(self, function: FunctionInfo) -> FunctionInfo | None:
        """The function in which this one is defined, whose variables it reads."""
        outer = function.fact.qualname.rpartition(".<locals>.")[0]
        return self._by_id.get(f"{function.module.name}:{outer}") if outer else None

    @cached_property
    def _by_id(self) -> dict[str, FunctionInfo]:
        return {function.id: function for function in self._project.functions}

    def _handed(self, function: FunctionInfo, name: str) -> Iterator[tuple[FunctionInfo, facts.Expr]]:
        """What callers hand to a parameter, and those that begin the function in a process or a thread."""
        for user, call in self._calls(function):
            value = argument(call, function, name)
            if value is not None:
                yield user, value
        for value, user in begun_with(self._project, function, name):
            if value is not None:
                yield user, value

    def _calls(self, function: FunctionInfo) -> Iterator[tuple[FunctionInfo, facts.Call]]:
        if function.klass is None or function.fact.name not in CONSTRUCTORS:
            yield from self._project.handed.calls(function)
            return
        for user in (*self._project.functions, *self._project.programs):
            if function.klass.fact.name in user.fact.mentions:
                for call in walk.calls(user.fact.body):
                    scope = Scope(user.module, user.klass, user.fact)
                    if self._project.typing.callee(call.func, scope) is function.klass:
                        yield user, call


def _is_sign(value: facts.Expr) -> bool:
    """Whether nothing is put there but a word, a number or None, as to say that it is over."""
    parts = value.items if isinstance(value, facts.Display) else (value,)
    return all(isinstance(part, facts.Constant) for part in parts)


def _bound(name: str, function: FunctionInfo) -> Iterator[facts.Expr]:
    """What a variable is bound to, as a whole or as each element of it, in comprehensions too."""
    for action in walk.actions(function.fact.body):
        if isinstance(action, facts.Assign):
            for target in action.targets:
                yield from (
                    value if value is not None else action.value
                    for own, value in walk.paired(target, action.value)
                    if isinstance(own, facts.Name) and own.id == name
                )
        elif isinstance(action, facts.Iterate):
            yield from _drawn(action.target, action.iterable, name)
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Comprehension):
                for clause in expr.clauses:
                    yield from _drawn(clause.target, clause.iterable, name)


def _drawn(target: facts.Expr, iterable: facts.Expr, name: str) -> Iterator[facts.Expr]:
    """What a variable of a loop goes through: ``queues`` of ``for i, q in enumerate(queues)``."""
    if isinstance(target, facts.Name):
        if target.id == name:
            yield iterable
        return
    for index, item in enumerate(target.items if isinstance(target, facts.Display) else ()):
        inside = any(isinstance(each, facts.Name) and each.id == name for each in walk.expressions(item))
        if not inside:
            continue
        part = walk.zipped(iterable, index)
        if part is None and isinstance(iterable, facts.Call) and walk.last_name(iterable.func) == "enumerate":
            part = iterable.arguments[0].value if index == 1 and iterable.arguments else None
        if part is None:
            yield iterable
        else:
            yield from _drawn(item, part, name)


def _makes(value: facts.Expr) -> bool:
    """Whether a value is a new queue, or a list of new ones."""
    if isinstance(value, facts.Comprehension):
        return _makes(value.element)
    if isinstance(value, facts.Display):
        return bool(value.items) and all(map(_makes, value.items))
    return isinstance(value, facts.Call) and _MAKES.search(walk.last_name(value.func)) is not None
