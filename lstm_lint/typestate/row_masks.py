"""Rows of a state that a mask wipes before they are read again, where a load is of the seats whose game is over.

``if over: alive[i] = 0.0; seats.fill(i)``, and the next step reads ``h * alive``: the rows of the seats with new
weights are zero there. A load and a mask are of the same ends where the mask is written under the tests that the load
stands under, or is made of the flag that these ask for. It is told by what the code says, not by the paths through it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo
from lstm_lint.typestate.paths import FieldPlace, Place
from lstm_lint.typestate.row_flags import Written, element_of, flags_in, over_rows, truth
from lstm_lint.typestate.row_tests import Around, Test, around, call_around, spoken
from lstm_lint.typestate.row_wipes import Wipe, wipes_in

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_DEPTH = 8
Key = tuple[int, str]
"""A variable of a body, or an attribute of whatever object, which is of body 0."""


class _Body(NamedTuple):
    """A body of code, whose it is, and the frame that runs it where one does."""

    shape: Shape
    function: facts.FunctionFact | None
    frame: int


class Rows:
    """A load, the functions that led to it, and under which tests they did."""

    def __init__(self, run: Interpreter, span: Span, state: State) -> None:
        self._run = run
        self._state = state
        self._bodies = [_body(frame, number) for number, frame in enumerate(run.frames)]
        self._span = span
        self._seen: set[tuple[Key, str | None, bool, int]] = set()

    @cached_property
    def _around(self) -> dict[int, Around]:
        """By frame: what stands around the load, or the call that leads to it."""
        found: dict[int, Around] = {}
        span = self._span
        for number in range(len(self._bodies) - 1, -1, -1):
            here = call_around(self._bodies[number].shape, span)
            if here is not None:
                found[number] = here
            call = self._run.frames[number].call
            if call is None:
                break
            span = call.span
        return found

    def are_wiped(self, place: Place) -> bool:
        """Whether a mask over the state in a place is down in the rows that the load is of."""
        known = self._run.index.row_masks
        key = (self._span, *self._ways, *self._where(place))
        if key not in known:
            known[key] = self._are_wiped(place)
        return known[key]

    @cached_property
    def _ways(self) -> tuple[object, ...]:
        """The bodies under way and the calls between them: all that an answer depends on but for the place."""
        calls = (frame.call for frame in self._run.frames)
        return tuple((id(body.shape), call and call.span) for body, call in zip(self._bodies, calls, strict=True))

    def _where(self, place: Place) -> tuple[object, ...]:
        if isinstance(place, FieldPlace):
            return True, place.attr, frozenset(t.ref for t in self._run.types_of(place.owner, self._state))
        frames = enumerate(self._run.frames)
        return False, place.name, tuple(number for number, frame in frames if frame.number == place.frame)

    def _are_wiped(self, place: Place) -> bool:
        if not any(each.tests for each in self._around.values()):
            return False
        for body in self._reading(place):
            name = place.attr if isinstance(place, FieldPlace) else place.name
            for wipe in wipes_in(body.shape, name, isinstance(place, FieldPlace)):
                if not self._asks_for_all(wipe, body) and self._is_down(wipe, body):
                    return True
        return False

    def _asks_for_all(self, wipe: Wipe, body: _Body) -> bool:
        """Whether the test is the load itself, of nobody in particular: ``if self.reload(): self.h[i] = 0``."""
        if not 0 <= body.frame < len(self._run.frames) - 1:
            return False
        under_way = self._run.frames[body.frame + 1].call
        given = {each.name for each in body.function.parameters[1:]} if body.function is not None else set()
        return under_way is not None and any(
            call.span == under_way.span
            and given.isdisjoint(name for each in call.arguments for name in walk.chains(each.value))
            for call in walk.calls_in(wipe.mask)
        )

    def _reading(self, place: Place) -> Iterator[_Body]:
        """The bodies where the state in a place is read: those under way, and the methods of the object it is of."""
        if not isinstance(place, FieldPlace):
            frames = self._run.frames
            yield from (body for body in self._bodies if frames[body.frame].number == place.frame)
            return
        yield from self._bodies
        types = self._run.types_of(place.owner, self._state)
        yield from self._methods_of(frozenset(t.ref for t in types if isinstance(t.ref, ClassInfo)))

    def _methods_of(self, classes: frozenset[ClassInfo]) -> Iterator[_Body]:
        known = {id(body.shape) for body in self._bodies}
        for klass in classes:
            for base in self._run.project.classes.lineage(klass):
                for function in base.fact.functions.values() if isinstance(base, ClassInfo) else ():
                    if id(function.body) not in known:
                        yield _Body(function.body, function, -1)

    @cached_property
    def _all(self) -> list[_Body]:
        """The bodies under way, and the methods of their classes: where a mask in an attribute may be written."""
        classes = frozenset(frame.klass for frame in self._run.frames if frame.klass is not None)
        return [*self._bodies, *self._methods_of(classes)]

    # --- what the load depends on ---

    @cached_property
    def _asked(self) -> list[list[set[tuple[Key, bool]]]]:
        """For each test that the load stands under, in each of the ways it may be so: the flags, and how they are."""
        return [
            [self._flags(each, self._bodies[number], each_row=True) for each in ways]
            for number, found in self._around.items()
            for test in found.tests
            for ways in test.ways()
        ]

    def _flags(self, test: Test, body: _Body, each_row: bool = False) -> set[tuple[Key, bool]]:
        """The flags that a test asks for, by way of variables as well.

        ``each_row``: a test of whether ``any`` row is over says of none that it is, one of ``all`` says it of each.
        """
        found: set[tuple[Key, bool]] = set()
        todo = [(test.expr, test.holds, body)]
        while todo and len(found) < 32:
            expr, holds, where = todo.pop()
            if each_row and holds and (reduced := over_rows(expr)) is not None:
                todo += [(reduced[1], holds, where)] if reduced[0] == "all" else []
                continue
            for inner, same in flags_in(expr):
                key = _key(inner, where)
                flag = (key, holds is same) if key is not None else None
                if flag is None or flag in found:
                    continue
                found.add(flag)
                todo.extend((value, flag[1], origin) for value, origin in self._given(inner, where))
        return found

    def _given(self, expr: facts.Expr, body: _Body) -> Iterator[tuple[facts.Expr, _Body]]:
        """What a variable is made of: what it is bound to, what a loop goes through, the argument."""
        if not isinstance(expr, facts.Name):
            return
        for binding in self._facts(body).names.get(expr.id, ()):
            if binding.how == "value":
                yield binding.expr, body
            elif binding.how == "element" and (element := element_of(binding)) is not None:
                yield element, body
        yield from self._argument(expr.id, body)

    def _argument(self, name: str, body: _Body) -> Iterator[tuple[facts.Expr, _Body]]:
        """What a parameter was handed: by the call that is under way, or by one in a body that is."""
        function = body.function
        names = [each.name for each in function.parameters] if function is not None else []
        if function is None or name not in names:
            return
        position = names.index(name)
        for outer in self._bodies:
            frames = self._run.frames
            if 0 <= body.frame != outer.frame + 1:
                continue
            under_way = frames[body.frame].call if body.frame > 0 else None
            for call in walk.calls(outer.shape):
                if call.span == under_way.span if under_way is not None else walk.last_name(call.func) == function.name:
                    method = int(names[0] in ("self", "cls") and isinstance(call.func, facts.Attribute))
                    given = walk.argument_of(call, name, position - method)
                    if given is not None:
                        yield given, outer

    # --- what the mask says ---

    def _is_down(self, wipe: Wipe, body: _Body) -> bool:
        def covers(flags: set[tuple[Key, bool]]) -> bool:
            self._seen.clear()
            return self._covers(wipe.mask, wipe.keeps, body, flags, _DEPTH)

        return any(all(map(covers, ways)) for ways in self._asked)

    def _covers(self, expr: facts.Expr, keeps: bool, body: _Body, flags: set[tuple[Key, bool]], depth: int) -> bool:
        """Whether a mask that keeps what it is true for, or wipes it, wipes where these flags are so."""
        if depth == 0:
            return False
        for inner, same in flags_in(expr, keeps):
            kept = keeps is same
            if isinstance(inner, facts.Conditional):
                wiping = [each for each in (True, False) if truth(inner.then if each else inner.orelse) is not kept]
                if len(wiping) == 1 and not flags.isdisjoint(self._flags(Test(inner.test, wiping[0]).plain, body)):
                    return True
                continue
            key = _key(inner, body)
            if key is None or (key, spoken(inner), kept, depth) in self._seen:
                continue
            if (key, not kept) in flags:
                return True
            self._seen |= {(key, spoken(inner), kept, each) for each in range(depth + 1)}
            if any(self._covers(value, kept, where, flags, depth - 1) for value, where in self._made(inner, body)):
                return True
            if self._is_written(inner, kept, body, flags, depth):
                return True
        return False

    def _made(self, expr: facts.Expr, body: _Body) -> Iterator[tuple[facts.Expr, _Body]]:
        if isinstance(expr, facts.Name):
            yield from self._given(expr, body)
            return
        name = walk.last_name(walk.container(expr))
        for other in self._all if isinstance(expr, facts.Attribute) else ():
            yield from ((value, other) for value in self._facts(other).attributes.get(name, ()))

    def _facts(self, body: _Body) -> Written:
        """What a body writes, looked at once."""
        known = self._run.index.row_facts
        found = known.get(id(body.shape))
        if found is None:
            found = known[id(body.shape)] = Written.of(body.shape)
        return found

    def _is_written(
        self, expr: facts.Expr, keeps: bool, body: _Body, flags: set[tuple[Key, bool]], depth: int
    ) -> bool:
        """Whether entries of a mask are written that wipe: a constant under the tests of the load, or the flag."""
        text = spoken(expr)
        attr = walk.last_name(expr) if isinstance(expr, facts.Attribute) else None
        for other in self._all if attr is not None else [body]:
            for entry in self._facts(other).entries:
                if text is None or not (entry.text == text or (attr is not None and entry.attr == attr)):
                    continue
                said = truth(entry.value)
                if said is None:
                    if self._covers(entry.value, keeps, other, flags, depth - 1):
                        return True
                elif said is not keeps:
                    picked = not flags.isdisjoint(self._flags(Test(entry.which, True), other))
                    if self._stands_with_load(entry.action, other, picked):
                        return True
        return False

    def _stands_with_load(self, action: object, body: _Body, picked: bool) -> bool:
        """Whether a line runs in the same rounds as the load, as far as the tests around it tell.

        It stands under one of these itself, or is told by its index which rows they are.
        """
        found = around(body.shape, lambda each: each is action)
        if found is None:
            return False
        if body.frame in self._around:
            return _is_within(found, self._around[body.frame], picked)
        name = body.function.name if body.function is not None else None
        for number, of_load in self._around.items():  # in a function that is called beside it
            for call in walk.calls(self._bodies[number].shape):
                if walk.last_name(call.func) == name and not found.tests:
                    site = call_around(self._bodies[number].shape, call.span)
                    if site is not None and _is_within(site, of_load, picked):
                        return True
        return False


def _is_within(written: Around, load: Around, picked: bool) -> bool:
    """Whether what holds for a load holds for a line beside it: no test stands around that one alone."""
    if load.loops and load.loops[-1] not in written.loops:
        return False
    asked = {test.text for test in load.tests}
    own = {test.text for test in written.tests}
    return None not in own and own <= asked and (picked or bool(written.inner))


def _body(frame: Frame, number: int) -> _Body:
    return _Body(frame.body, frame.function, number)


def _key(expr: facts.Expr, body: _Body) -> Key | None:
    expr = walk.container(expr)
    if isinstance(expr, facts.Name):
        return id(body.shape), expr.id
    return (0, expr.attr) if isinstance(expr, facts.Attribute) else None


def _is_attribute(target: facts.Expr, name: str) -> bool:
    return isinstance(target, facts.Attribute) and target.attr == name
