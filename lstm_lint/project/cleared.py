"""Networks that keep a state inside: what runs them clears it where an episode ends, and not when it syncs them.

A network in an attribute is cleared by other methods, one in a variable in the loop that syncs it, or before that loop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Leave, Loop, Shape, Step
from lstm_lint.model import Span
from lstm_lint.project.around import acts
from lstm_lint.project.kept import Kept
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

_CLEARS = re.compile(
    r"^_*reset$|^_*(reset|init|initiali[sz]e|clear|zero|begin|new)_\w*(hidden|rnn|lstm|gru|state|memory|recurrent)\w*$"
    r"|^_*(reset|init|clear|zero)(Hidden|Cell|Rnn|RNN|Lstm|LSTM|Gru|GRU|State|Memory)\w*$"
)
_OF_A_CELL = re.compile(r"hidden|rnn|lstm|gru|recurrent|cell_?states?$", re.IGNORECASE)
"""What a method clears that only a network with a memory has."""
_ASKS = frozenset({"hasattr", "isinstance", "getattr", "callable", "issubclass"})
"""Tests of what an object is, not of what has happened."""


class _Clear(NamedTuple):
    """An attribute or variable, the method that clears it, whether under a condition, and where."""

    name: str
    method: str
    tested: bool
    span: Span


class Cleared:
    """Answers for one call at a time that gives a network weights."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._clears: dict[int, list[_Clear]] = {}

    def by(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """The state inside a network that is cleared elsewhere, and only under some condition, or once an episode.

        What is cleared at the beginning of every rollout has nothing left from before a sync.
        """
        if not isinstance(call.func, facts.Attribute):
            return None
        receiver = _own_attribute(call.func.value, function.fact)
        if receiver is not None and function.klass is not None:
            return self._of_attribute(receiver, function)
        return self._of_variable(call, call.func.value, function) if isinstance(call.func.value, facts.Name) else None

    def _of_attribute(self, receiver: str, function: FunctionInfo) -> Kept | None:
        assert function.klass is not None
        family = (*self._project.classes.lineage(function.klass), *self._project.classes.subclasses(function.klass))
        found = [
            (klass, clear, fact)
            for klass in family
            if isinstance(klass, ClassInfo)
            for fact in klass.fact.functions.values()
            if fact is not function.fact and not fact.name.startswith("__")
            for clear in self._of(fact)
            if clear.name == receiver
        ]
        goes_on = all(clear.tested or _asks_within(fact, clear.span, function) for _, clear, fact in found)
        if not found or not goes_on or not self._is_recurrent({clear.method for _, clear, _ in found}):
            return None
        klass, clear, _ = found[0]
        return Kept(f"what self.{receiver}.{clear.method}() clears", f"self.{receiver}", klass.module.path, clear.span)

    def _of_variable(self, call: facts.Call, receiver: facts.Name, function: FunctionInfo) -> Kept | None:
        """Of a network that the loop around the call steps, and clears on some of its rounds or before it."""
        around = [loop for loop in walk.loops(function.fact.body) if any(c is call for c in walk.calls(loop.body))]
        stepped = [loop for loop in around if any(_steps(each, receiver.id) for each in walk.calls(loop.body))]
        if not stepped:
            return None
        inside = list(_clears(stepped[-1].body, receiver.id))
        every = inside or list(_clears(function.fact.body, receiver.id))
        if not every or not all(clear.tested for clear in inside):
            return None
        types = self._project.typing.of(receiver, Scope(function.module, function.klass, function.fact))
        known = {self._project.recurrence.of(each.ref) for each in types}
        if "yes" not in known if known - {"unknown"} else not self._is_recurrent({clear.method for clear in every}):
            return None
        named = f"what {receiver.id}.{every[0].method}() clears"
        return Kept(named, receiver.id, function.module.path, every[0].span)

    def _is_recurrent(self, methods: set[str]) -> bool:
        """Whether a recurrent network in view has a method of such a name, or no other network can have it."""
        having = [klass for klass in self._project.classes.all if not methods.isdisjoint(klass.fact.functions)]
        known = {self._project.recurrence.of(klass) for klass in having}
        return "yes" in known or (not having and any(map(_OF_A_CELL.search, methods)))

    def _of(self, fact: facts.FunctionFact) -> list[_Clear]:
        found = self._clears.get(id(fact))
        if found is None:
            found = self._clears[id(fact)] = list(_clears_own(fact)) if any(map(_CLEARS.search, fact.mentions)) else []
        return found


def _clears_own(fact: facts.FunctionFact) -> Iterator[_Clear]:
    """The clearing calls on attributes of the own object."""
    for action, tested in _placed(fact.body, False):
        for expr in walk.calls_in(action):
            if isinstance(expr.func, facts.Attribute) and _CLEARS.search(expr.func.attr):
                name = _own_attribute(expr.func.value, fact)
                if name is not None:
                    yield _Clear(name, expr.func.attr, tested, expr.span)


def _clears(shape: Shape, name: str) -> Iterator[_Clear]:
    """The clearing calls on a variable; one that every way out of an inner loop passes is under no condition."""
    leaving = {id(call) for loop in walk.loops(shape) if _is_left_by_break(loop) for call in _before_breaks(loop)}
    for action, tested in _placed(shape, False):
        for expr in walk.calls_in(action):
            func = expr.func
            if isinstance(func, facts.Attribute) and _CLEARS.search(func.attr) and walk.chain(func.value) == name:
                yield _Clear(name, func.attr, tested and id(expr) not in leaving, expr.span)


def _is_left_by_break(loop: Loop) -> bool:
    """Whether a loop goes on until a flag or a ``break`` ends it, whatever the number of its rounds."""
    test = loop.test
    if isinstance(test, facts.Operation) and test.op == "not":
        test = test.operands[0]
    return isinstance(test, (facts.Constant, facts.Name))


def _before_breaks(loop: Loop) -> Iterator[facts.Call]:
    """The calls in an arm that ends with the jump out of a loop."""
    for branch in walk.branches(loop.body):
        for arm in (branch.then, branch.orelse):
            last = walk.ending(arm)
            if isinstance(last, Leave) and last.kind in ("break", "return"):
                yield from walk.calls(arm)


def _steps(call: facts.Call, name: str) -> bool:
    """Whether a call is of a network, or of a method of it that by its name may step it."""
    if isinstance(call.func, facts.Name):
        return call.func.id == name
    return isinstance(call.func, facts.Attribute) and walk.chain(call.func.value) == name and acts(call)


def _asks_within(fact: facts.FunctionFact, clear: Span, function: FunctionInfo) -> bool:
    """Whether a method asks another of its object for the sync in a loop of an episode that it has cleared for."""
    own = fact.parameters[0].name if fact.parameters else ""
    return any(
        walk.chain(call.func) == f"{own}.{function.fact.name}"
        for loop in walk.loops(fact.body)
        if walk.call_at(loop.body, clear) is None
        for call in walk.calls(loop.body)
    )


def _own_attribute(expr: facts.Expr, fact: facts.FunctionFact) -> str | None:
    """The attribute of the own object that an expression is, by way of a variable too: ``policy = self.policy``."""
    own = fact.parameters[0].name if fact.parameters else ""
    if isinstance(expr, facts.Name):
        bound = walk.bindings(fact).names.get(expr.id, [])
        expr = bound[0].expr if len(bound) == 1 and bound[0].how == "value" else expr
    if isinstance(expr, facts.Attribute) and isinstance(expr.value, facts.Name) and expr.value.id == own:
        return expr.attr
    return None


def _placed(shape: Shape, tested: bool) -> Iterator[tuple[object, bool]]:
    """Every action with whether it depends on what has happened."""
    if isinstance(shape, Step):
        yield shape.action, tested
        return
    if isinstance(shape, Branch):
        tested = tested or not any(walk.last_name(call.func) in _ASKS for call in walk.calls_in(shape.test))
    for part in walk.parts(shape):
        yield from _placed(part, tested)
