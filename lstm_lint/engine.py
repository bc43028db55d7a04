"""The engine: interprets the shapes of a flow over the states of a domain, loops to a fixpoint."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Generic

from lstm_lint.flow import Branch, Domain, Exits, Handler, Leave, LeaveKind, Loop, S, Sequence, Shape, Step, Try

_WAY_OF: dict[LeaveKind, str] = {"return": "returned", "raise": "raised", "break": "broke", "continue": "continued"}
_WAYS = ("normal", *_WAY_OF.values())

# What a shape under way asks for: a part of it, the state that part is entered in, and whether a `try` is around it.
_Request = tuple[Shape, S, bool]
_Work = Generator[_Request[S], Any, Exits[S]]
_Handling = Generator[_Request[S], Any, tuple[Exits[S], bool]]


def run(shape: Shape, state: S, domain: Domain[S], rounds: int = 20) -> Exits[S]:
    """The exits of ``shape`` entered in ``state``; a loop not settled after so many ``rounds`` is left as it is."""
    return _Engine(domain, rounds).run(shape, state)


class _Engine(Generic[S]):
    """Compound shapes are generators on a stack of our own, so that a long ``elif`` chain costs no recursion."""

    def __init__(self, domain: Domain[S], rounds: int) -> None:
        self.domain = domain
        self.rounds = rounds

    def run(self, shape: Shape, state: S) -> Exits[S]:
        """Answer requests, innermost first, until the outermost shape is done."""
        stack: list[_Work[S]] = []
        request = (shape, state, False)
        while True:
            answer = self._atom(*request)
            if answer is None:
                stack.append(self._compound(*request))
            while stack:
                try:
                    request = stack[-1].send(answer)
                    break
                except StopIteration as done:
                    stack.pop()
                    answer = done.value
            else:
                assert answer is not None
                return answer

    def _atom(self, shape: Shape, state: S, watched: bool) -> Exits[S] | None:
        """The exits of a shape without parts; None for a compound one."""
        if isinstance(shape, Step):
            before = self.domain.copy(state) if watched else None
            after = self.domain.step(state, shape.action)
            return Exits(normal=after, raised=self._thrown(before, after))
        if isinstance(shape, Leave):
            exits: Exits[S] = Exits()
            setattr(exits, _WAY_OF[shape.kind], state)
            return exits
        return Exits(normal=state) if _is_empty(shape) else None

    def _compound(self, shape: Shape, state: S, watched: bool) -> _Work[S]:
        """The work on a shape with parts; it asks for each part and is sent the part's exits."""
        if isinstance(shape, Sequence):
            return self._sequence(shape, state, watched)
        if isinstance(shape, Branch):
            return self._branch(shape, state, watched)
        if isinstance(shape, Loop):
            return self._loop(shape, state, watched)
        if isinstance(shape, Try):
            return self._try(shape, state, watched)
        raise TypeError(f"not a shape: {shape!r}")

    def _sequence(self, sequence: Sequence, state: S, watched: bool) -> _Work[S]:
        exits = Exits(normal=state)
        for part in sequence.shapes:
            current, exits.normal = exits.normal, None
            if current is None:
                break
            self._merge(exits, (yield part, current, watched))
        return exits

    def _branch(self, branch: Branch, state: S, watched: bool) -> _Work[S]:
        before = self.domain.copy(state) if watched else None
        then, orelse = self.domain.assume(state, branch.test)
        exits = Exits(raised=self._join(self._thrown(before, then), self._thrown(before, orelse)))
        if then is not None:
            self._merge(exits, (yield branch.then, then, watched))
        if orelse is not None:
            self._merge(exits, (yield branch.orelse, orelse, watched))
        return exits

    def _loop(self, loop: Loop, head: S, watched: bool) -> _Work[S]:
        """Rounds from a growing state at the loop's head; the last round has met all of it, so it alone counts."""
        never: S | None = None
        first: S | None = None
        for count in range(self.rounds):
            inside, done = self._next(loop, self.domain.copy(head), count > 0)
            before = head if watched else None
            thrown = self._join(self._thrown(before, inside), self._thrown(before, done))
            if count == 0 and loop.test is None:
                # What it goes through was evaluated, and may have failed, but is not any more.
                first, thrown = thrown, None
                entered = inside if done is None else done
                head = head if entered is None else self.domain.copy(entered)
                never = None if done is None else self.domain.copy(done)
            body: Exits[S] = Exits()
            if inside is not None:
                body = yield loop.body, inside, watched
            ends = self._join(body.normal, body.continued)
            if ends is None:
                break
            ends, onward = self.domain.end_round(ends, loop)
            if onward is None:
                break
            grown = self.domain.join(self.domain.copy(head), self.domain.copy(onward))
            if self.domain.equal(grown, head):
                break
            head = grown
        if loop.test is None and done is not None and ends is not None:
            done = ends if never is None else self.domain.end_for(never, ends, loop)
        thrown = self._join(first, thrown)
        exits = Exits(normal=body.broke, returned=body.returned, raised=self._join(thrown, body.raised))
        if done is None and body.broke is None and body.returned is None:
            self.domain.goes_on(head, loop)
        else:
            self.domain.passes(head, loop)
        if done is not None:
            self._merge(exits, (yield loop.orelse, done, watched))
        return exits

    def _next(self, loop: Loop, head: S, again: bool) -> tuple[S | None, S | None]:
        """The states in which the body and the ``else`` suite begin."""
        head = self.domain.begin_round(head)
        if loop.test is None:
            return self.domain.begin_loop(head, loop, again)
        return self.domain.assume(head, loop.test)

    def _try(self, shape: Try, state: S, watched: bool) -> _Work[S]:
        """Exceptions of the body go to the handlers; what no handler is sure to catch goes on as well."""
        outside = watched or not _is_empty(shape.final)
        entry = self.domain.copy(state) if shape.handlers else None
        self.domain.trying(shape, "body")
        body: Exits[S] = yield shape.body, state, outside or bool(shape.handlers)
        self.domain.trying(shape, "rest")
        exits = Exits(returned=body.returned, broke=body.broke, continued=body.continued)
        escaping = self._settled(body).raised
        if entry is not None:
            start = entry if escaping is None else self.domain.join(entry, self.domain.copy(escaping))
            handled, caught_all = yield from self._handle(shape.handlers, start, outside)
            escaping = None if caught_all else escaping
            self._merge(exits, handled)
        exits.raised = self._join(exits.raised, escaping)
        if body.normal is not None:
            self._merge(exits, self._settled((yield shape.orelse, body.normal, outside)))
        self.domain.trying(shape, "left")
        if _is_empty(shape.final):
            return exits
        return (yield from self._finally(shape.final, exits, watched))

    def _handle(self, handlers: tuple[Handler, ...], start: S, watched: bool) -> _Handling[S]:
        """The exits of all handlers, any of which may be the one, and whether some handler lets nothing pass."""
        exits: Exits[S] = Exits()
        caught_all = False
        for number, handler in enumerate(handlers, 1):
            given = start if number == len(handlers) else self.domain.copy(start)
            caught = self.domain.enter_handler(given, handler.action)
            if caught is None:
                continue
            caught_all = caught_all or self.domain.catches_all(handler.action)
            self._merge(exits, self._settled((yield handler.body, caught, watched)))
        return exits, caught_all

    def _settled(self, suite: Exits[S]) -> Exits[S]:
        """The exits of a suite of a ``try``, its exceptions in the light of how it ends without one."""
        if suite.raised is not None:
            ways = (suite.normal, suite.broke, suite.continued, suite.returned)
            suite.raised = self.domain.settled(suite.raised, next((s for s in ways if s is not None), None))
        return suite

    def _finally(self, final: Shape, pending: Exits[S], watched: bool) -> _Work[S]:
        """``final`` run once for each way out, which goes on afterwards unless ``final`` takes a way of its own."""
        exits: Exits[S] = Exits()
        for way in _WAYS:
            state: S | None = getattr(pending, way)
            if state is None:
                continue
            after: Exits[S] = yield final, state, watched
            resumed, after.normal = after.normal, None
            setattr(exits, way, self._join(getattr(exits, way), resumed))
            self._merge(exits, after)
        return exits

    def _thrown(self, before: S | None, after: S | None) -> S | None:
        """The state of an exception right after something observable; ``before`` is None where nothing is watched."""
        if before is None or after is None or not self.domain.observable(before, after):
            return None
        return self.domain.thrown(after)

    def _join(self, left: S | None, right: S | None) -> S | None:
        if left is None:
            return right
        return left if right is None else self.domain.join(left, right)

    def _merge(self, into: Exits[S], other: Exits[S]) -> None:
        """Add the exits of another path, which must not be used afterwards."""
        into.normal = self._join(into.normal, other.normal)
        into.returned = self._join(into.returned, other.returned)
        into.raised = self._join(into.raised, other.raised)
        into.broke = self._join(into.broke, other.broke)
        into.continued = self._join(into.continued, other.continued)


def _is_empty(shape: Shape) -> bool:
    return isinstance(shape, Sequence) and not shape.shapes
