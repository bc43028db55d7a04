"""Players that begin their state anew by themselves: under a flag that their own step of the environment has got.

``if self.over: self.h = zeros()``, and after the step ``seen, gain, self.over, self.info = self.env.step(…)``. Whoever
plays on until the step says so may begin an episode of the environment: the player has heard of the end already.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Leave, Loop, Sequence, Step
from lstm_lint.project import ClassInfo, ClassRef, FunctionInfo
from lstm_lint.project.looks import is_anew, is_detached
from lstm_lint.typestate import telling

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.paths import FieldPlace
    from lstm_lint.typestate.state import State

_DEPTH = 2
"""So many methods deep a player is followed that asks its own whether to begin anew."""


def hears(run: Interpreter, place: FieldPlace, state: State) -> bool:
    """Whether the code under way plays an episode to an end that the owner of a state has heard of itself.

    An environment may be begun by another that wraps it: who has the player play it is asked, the nearest of them.
    """
    classes = frozenset(t.ref for t in run.types_of(place.owner, state))
    heard = (_in_body(run, frame.body, place.attr, classes) for frame in reversed(run.frames))
    return next((each for each in heard if each is not None), False)


def _in_body(run: Interpreter, body: Shape, attr: str, classes: frozenset[ClassRef]) -> bool | None:
    """Whether they all hear of the ends of what is played in a body; None where it has none of them play."""
    key = (id(body), attr, classes)
    known = run.index.heard
    if key not in known:
        players = [_Player(run, klass, attr) for klass in classes if isinstance(klass, ClassInfo)]
        told = [player.hears(body) for player in players]
        known[key] = None if set(told) <= {None} else all(told) and len(told) == len(classes)
    return known[key]


class _Player:
    """A class whose objects keep a state."""

    def __init__(self, run: Interpreter, klass: ClassInfo, attr: str) -> None:
        self._find = partial(run.project.classes.method, klass)
        self._attr = attr
        names = {
            name
            for base in run.project.classes.lineage(klass)
            if isinstance(base, ClassInfo)
            for name in base.fact.functions
        }
        found = (self._find(name) for name in sorted(names))
        self._methods = [each.fact for each in found if isinstance(each, FunctionInfo) and each.fact.parameters]

    def hears(self, body: Shape) -> bool | None:
        """Whether all that a body has the player do until an episode ends begins the state anew under its own flag."""
        advancing = {each.name for each in self._methods if self._advances(each)}
        played = [
            call for call in walk.calls(body) if isinstance(call.func, facts.Attribute) and call.func.attr in advancing
        ]
        if not played:
            return None
        flags = self._flags(advancing)
        return bool(flags) and all(self._is_told(body, call, flags) for call in played)

    def _is_told(self, body: Shape, call: facts.Call, flags: frozenset[str]) -> bool:
        assert isinstance(call.func, facts.Attribute)
        player, method = walk.chain(call.func.value), self._find(call.func.attr)
        loop = next((each for each in reversed(walk.loops(body)) if call in walk.calls(each.body)), None)
        if player is None or loop is None or not isinstance(method, FunctionInfo):
            return False
        asked = frozenset(f for f in flags if self._begins(method.fact, f) and not _clears(body, f"{player}.{f}"))
        return bool(asked) and _ends_by(loop, frozenset(f"{player}.{flag}" for flag in flags))

    def _advances(self, function: facts.FunctionFact) -> bool:
        """Whether a method stores a next state."""
        own = self._own(function, self._attr)
        return any(
            own in map(walk.chain, walk.flat(action.targets))
            for action in walk.actions(function.body)
            if isinstance(action, facts.Assign) and not is_anew(action.value) and not is_detached(action.value)
        )

    def _flags(self, advancing: set[str]) -> frozenset[str]:
        """What each method that advances the state gets of a step beside what is seen and gained, and none unsays."""
        found = [frozenset(_said(each)) for each in self._methods if each.name in advancing]
        flags = frozenset.intersection(*found) if found else frozenset()
        others = [each for each in self._methods if each.name != "__init__"]
        return frozenset(f for f in flags if not any(_clears(each.body, self._own(each, f)) for each in others))

    def _begins(self, function: facts.FunctionFact, flag: str, depth: int = 0) -> bool:
        """Whether a method begins the state anew where the flag is up, by itself or by another that it calls."""
        own = self._own(function, flag)
        asking = (branch for branch in walk.branches(function.body) if own in _any_of(branch.test))
        if any(self._blanks(function, branch.then) for branch in asking):
            return True
        called = (self._called(function, action) for action in walk.actions(function.body))
        return depth < _DEPTH and any(m is not None and self._begins(m, flag, depth + 1) for m in called)

    def _blanks(self, function: facts.FunctionFact, shape: Shape, depth: int = 0) -> bool:
        """Whether a piece of code begins the state anew on every way through it."""
        if isinstance(shape, Sequence):
            return any(self._blanks(function, each, depth) for each in shape.shapes)
        if isinstance(shape, Branch):
            return self._blanks(function, shape.then, depth) and self._blanks(function, shape.orelse, depth)
        if not isinstance(shape, Step):
            parts = walk.parts(shape) if not isinstance(shape, (Loop, Leave)) else ()
            return bool(parts) and self._blanks(function, parts[0], depth)
        if isinstance(shape.action, facts.Assign):
            own = self._own(function, self._attr)
            return is_anew(shape.action.value) and own in map(walk.chain, walk.flat(shape.action.targets))
        method = self._called(function, shape.action) if depth < _DEPTH else None
        return method is not None and self._blanks(method, method.body, depth + 1)

    def _called(self, function: facts.FunctionFact, action: object) -> facts.FunctionFact | None:
        """The method of the same object that a statement calls."""
        call = action.value if isinstance(action, facts.Evaluate) else None
        if not isinstance(call, facts.Call) or not isinstance(call.func, facts.Attribute):
            return None
        method = self._find(call.func.attr) if walk.chain(call.func) == self._own(function, call.func.attr) else None
        return method.fact if isinstance(method, FunctionInfo) and method.fact.parameters else None

    def _own(self, function: facts.FunctionFact, attr: str) -> str:
        return f"{function.parameters[0].name}.{attr}"


def _said(function: facts.FunctionFact) -> Iterator[str]:
    """The attributes that a method gives what a step says beside what is seen and gained, by way of variables too."""
    own = function.parameters[0].name
    named: set[str] = set()
    for action in walk.actions(function.body):
        if not isinstance(action, facts.Assign):
            continue
        said = walk.last_name(action.value.func) in telling.STEPS if isinstance(action.value, facts.Call) else False
        for target in action.targets:
            if said and isinstance(target, facts.Display):
                named |= {name for item in target.items[2:] if (name := walk.chain(item)) is not None}
            elif not named.isdisjoint(walk.chains(action.value)) and (name := walk.chain(target)) is not None:
                named.add(name)
    yield from (attr for root, _, attr in (name.partition(".") for name in named) if root == own and attr)


def _clears(body: Shape, flag: str) -> bool:
    """Whether code says that there has been no end."""
    return any(
        flag == walk.chain(target) and isinstance(value, facts.Constant) and not value.value
        for action in walk.actions(body)
        if isinstance(action, facts.Assign)
        for each in action.targets
        for target, value in walk.paired(each, action.value)
    )


def _ends_by(loop: Loop, flags: frozenset[str]) -> bool:
    """Whether a loop goes on until a step has said something; one that counts ends of its own accord."""
    if loop.head is not None or not (_is_true(loop.test) or _asks_all(loop.test, flags, "and")):
        return False
    return all(any(_asks_all(test, flags, "or") for test in tests) for tests in _left(loop.body, ()))


def _is_true(test: object) -> bool:
    return isinstance(test, facts.Constant) and bool(test.value)


def _asks_all(test: object, flags: frozenset[str], op: str) -> bool:
    """Whether each of the parts of a test asks for one of the flags, where any of them decides it alone."""
    if isinstance(test, facts.BoolOp):
        both = (_asks_all(test.left, flags, op), _asks_all(test.right, flags, op))
        return all(both) if test.op == op else any(both)
    return any(not flags.isdisjoint(walk.chains(expr)) for expr in walk.expressions(test))


def _left(shape: Shape, tests: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    """For each way out of a loop the tests that have held on it."""
    if isinstance(shape, Leave):
        if shape.kind in ("break", "return"):
            yield tests
    elif isinstance(shape, Branch):
        yield from _left(shape.then, (*tests, shape.test))
        yield from _left(shape.orelse, tests)
    elif not isinstance(shape, Loop):
        for part in walk.parts(shape):
            yield from _left(part, tests)


def _any_of(test: object) -> frozenset[str]:
    """What is enough for a test to hold: ``first or self.over``."""
    if isinstance(test, facts.BoolOp) and test.op == "or":
        return _any_of(test.left) | _any_of(test.right)
    name = walk.chain(test) if isinstance(test, (facts.Name, facts.Attribute)) else None
    return frozenset({name}) if name is not None else frozenset()
