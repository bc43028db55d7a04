"""The flow engine against concrete paths: its exits hold every path taken, and without loops nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator

from flow_toy import CARRYING, State, Toy, World, arms, attempt, block, each, loop, moved, when
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lstm_lint.engine import run
from lstm_lint.flow import EMPTY, Branch, Leave, Loop, Sequence, Shape, Step, Try

WAY = {"return": "returned", "raise": "raised", "break": "broke", "continue": "continued"}
Way = tuple[str, World]


class NoExitError(Exception):
    """The path ends in ``exit`` or goes on longer than we follow it."""


class Decisions:
    """Decisions along one path: the given ones first, then random or the first of all, on record."""

    def __init__(self, given: list[int], dice: random.Random | None = None) -> None:
        self.given = given
        self.dice = dice
        self.taken: list[tuple[int, int]] = []

    def pick(self, options: int) -> int:
        """One of ``options``, counted from 0."""
        if len(self.taken) < len(self.given):
            choice = self.given[len(self.taken)]
        else:
            choice = self.dice.randrange(options) if self.dice else 0
        self.taken.append((choice, options))
        return choice

    def following(self) -> list[int] | None:
        """The decisions of the next path in order; None after the last."""
        taken = list(self.taken)
        while taken:
            choice, options = taken.pop()
            if choice + 1 < options:
                return [earlier for earlier, _ in taken] + [choice + 1]
        return None


def walk(shape: Shape, world: World, decide: Decisions, watched: bool = False) -> Way:
    """One concrete path through a shape: the way it leaves and the world then."""
    if isinstance(shape, Step):
        after = moved(world, shape.action)
        if after is None:
            raise NoExitError
        return failing(after, decide, watched and shape.action == "replace")
    if isinstance(shape, Leave):
        return WAY[shape.kind], world
    if isinstance(shape, Sequence):
        for part in shape.shapes:
            way, world = walk(part, world, decide, watched)
            if way != "normal":
                return way, world
        return "normal", world
    if isinstance(shape, Branch):
        way, world, arm = ask(shape.test, world, decide, watched)
        return (way, world) if way != "normal" else walk(shape.then if arm else shape.orelse, world, decide, watched)
    return (
        walk_loop(shape, world, decide, watched) if isinstance(shape, Loop) else walk_try(shape, world, decide, watched)
    )


def failing(world: World, decide: Decisions, may_fail: bool) -> Way:
    """The normal way on, or an exception where one may be."""
    return ("raised" if may_fail and decide.pick(2) else "normal"), world


def ask(test: object, world: World, decide: Decisions, watched: bool) -> tuple[str, World, bool]:
    """A test evaluated: the way on, the world, the arm."""
    possible = arms(world, test)
    arm, world = possible[decide.pick(len(possible))]
    way, world = failing(world, decide, watched and test == "loads")
    return way, world, arm


def walk_loop(shape: Loop, world: World, decide: Decisions, watched: bool) -> Way:
    """Up to three rounds."""
    if shape.test is None:
        least = 1 if shape.head == "every" else 0
        count = {"none": 0, "forever": 4}.get(str(shape.head), -1)
        count = least + decide.pick(4 - least) if count < 0 else count
        if shape.head == "load":
            way, world = failing(("S" if world[0] == "C" else world[0], world[1]), decide, watched)
            if way != "normal":
                return way, world
    for number in range(4):
        if shape.test is None:
            arm = number < count
        else:
            way, world, arm = ask(shape.test, world, decide, watched)
            if way != "normal":
                return way, world
        if not arm:
            return walk(shape.orelse, world, decide, watched)
        way, world = walk(shape.body, world, decide, watched)
        if way == "broke":
            return "normal", world
        if way not in ("normal", "continued"):
            return way, world
    raise NoExitError


def walk_try(shape: Try, world: World, decide: Decisions, watched: bool) -> Way:
    """The body may also fail at its very beginning, with an exception that one of the handlers catches."""
    outside = watched or shape.final != EMPTY
    handlers = [handler for handler in shape.handlers if handler.action != "never"]
    way = "normal"
    chosen = decide.pick(len(handlers) + 1)
    if chosen == 0:
        way, world = walk(shape.body, world, decide, outside or bool(shape.handlers))
        if way == "raised" and handlers:
            sure = any(handler.action == "all" for handler in handlers)
            chosen = decide.pick(len(handlers) + (not sure)) + 1
    if 0 < chosen <= len(handlers):
        way, world = walk(handlers[chosen - 1].body, world, decide, outside)
    elif way == "normal":
        way, world = walk(shape.orelse, world, decide, outside)
    last, world = walk(shape.final, world, decide, watched)
    return (way if last == "normal" else last), world


def every_path(shape: Shape, most: int) -> Iterator[Way | None]:
    """The exits of all paths in order, at most so many; None for each that has none."""
    given: list[int] | None = []
    for _ in range(most):
        if given is None:
            return
        decide = Decisions(given)
        try:
            yield walk(shape, CARRYING, decide)
        except NoExitError:
            yield None
        given = decide.following()


def exits_of(shape: Shape) -> set[Way]:
    """What the engine says, as pairs of a way and a world."""
    exits = run(shape, State({CARRYING}), Toy())
    ways: dict[str, State | None] = {way: getattr(exits, way) for way in ("normal", *WAY.values())}
    return {(way, world) for way, state in ways.items() if state is not None for world in state.worlds}


ACTIONS = st.sampled_from(["log", "advance", "replace", "replace", "reset", "use", "assign-new", "exit"])
TESTS = st.sampled_from(["?", "?", "new", "new", "has-state", "loads"])


@st.composite
def shapes(draw: st.DrawFn, depth: int, inside: bool = False, loops: bool = True) -> Shape:
    """A tree of shapes; ``inside`` a loop, where break and continue may stand."""
    kinds = ["step", "step", "leave"] if depth == 0 else ["step", "block", "block", "when", "try", "try", "leave"]
    kind = draw(st.sampled_from(kinds + (["while", "for"] if loops and depth else [])))
    part = shapes(max(depth - 1, 0), inside, loops)
    if kind == "step":
        return Step(draw(ACTIONS))
    if kind == "leave":
        return Leave(draw(st.sampled_from(["return", "raise", "break", "continue"] if inside else ["return", "raise"])))
    if kind == "block":
        return block(*draw(st.lists(part, max_size=4)))
    if kind == "when":
        return when(draw(TESTS), draw(part), draw(part))
    if kind == "try":
        handler = st.tuples(st.sampled_from(["all", "some", "never"]), part)
        optional = st.one_of(st.just(EMPTY), part)
        handlers = draw(st.lists(handler, max_size=2))
        return attempt(draw(part), *handlers, orelse=draw(optional), final=draw(optional))
    body = draw(shapes(depth - 1, True, loops))
    if kind == "while":
        return loop(draw(st.one_of(TESTS, st.just("true"))), body, draw(part))
    head = draw(st.sampled_from(["items", "items", "every", "none", "forever", "load"]))
    return each(head, body, draw(part))


QUICK = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(shapes(4), st.integers(0, 2**32))
@example(each("load", block(when("?", Leave("return"), block()), "reset", "advance")), 0)
def test_exits_hold_every_sampled_path(shape: Shape, seed: int) -> None:
    exits = exits_of(shape)
    dice = random.Random(seed)
    for _ in range(40):
        try:
            taken = walk(shape, CARRYING, Decisions([], dice))
        except NoExitError:
            continue
        assert taken in exits


@QUICK
@given(shapes(3, loops=False))
def test_without_loops_the_exits_are_those_of_all_paths(shape: Shape) -> None:
    paths = list(every_path(shape, 2_000))
    there = {way for way in paths if way is not None}
    assert there <= exits_of(shape)
    if len(paths) < 2_000:
        assert there == exits_of(shape)
