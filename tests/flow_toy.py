"""A toy domain for the flow engine, and a short way to write shapes.

A world is one path's knowledge: a letter for the phase and the guards it has decided. A state is the set of worlds
that reach a place, so joins lose nothing and a wrong answer is the engine's. Letters: F fresh, C carrying, S stale,
X used while stale (which nothing undoes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lstm_lint.flow import EMPTY, Branch, Exits, Handler, Leave, Loop, Sequence, Shape, Step, Try, TryPart

World = tuple[str, frozenset[tuple[str, bool]]]
CARRYING: World = ("C", frozenset())

_PHASES = {
    "log": "FCSX",
    "advance": "CCSX",
    "replace": "FSSX",
    "reset": "FFFX",
    "use": "CCXX",
}


def moved(world: World, action: object) -> World | None:
    """The world after one action; None after ``exit``."""
    letter, guards = world
    if action == "exit":
        return None
    if action == "assign-new":
        return letter, frozenset(guard for guard in guards if guard[0] != "new")
    return _PHASES[str(action)]["FCSX".index(letter)], guards


def arms(world: World, test: object) -> list[tuple[bool, World]]:
    """The arms that one world may take at a test, with the world there."""
    letter, guards = world
    if test in ("true", "false"):
        return [(test == "true", world)]
    if test == "has-state":
        return [(letter != "F", world)]
    if test == "loads":
        after = moved(world, "replace")
        assert after is not None
        return [(True, after), (False, after)]
    if test == "new":
        known = dict(guards).get("new")
        return [(arm, (letter, guards | {("new", arm)})) for arm in (True, False) if known in (None, arm)]
    assert test == "?", test
    return [(True, world), (False, world)]


@dataclass(eq=False)
class State:
    """The worlds at a place; ``replaced`` counts replacements, so that one can be observed. ``spent``: handed over."""

    worlds: set[World]
    replaced: int = 0
    spent: bool = False

    def letters(self) -> str:
        """The phases of all worlds, sorted."""
        return "".join(sorted({letter for letter, _ in self.worlds}))


class Toy:
    """A domain that spoils every state it is given, so that an engine that looks at one again is found out."""

    def copy(self, state: State) -> State:
        _fresh(state)
        return State(set(state.worlds), state.replaced)

    def join(self, left: State, right: State) -> State:
        assert left is not right
        worlds, replaced = _spend(left)
        more, again = _spend(right)
        return State(worlds | more, max(replaced, again))

    def equal(self, left: State, right: State) -> bool:
        _fresh(left, right)
        return left.worlds == right.worlds

    def step(self, state: State, action: object) -> State | None:
        worlds, replaced = _spend(state)
        return _state((moved(world, action) for world in worlds), replaced + (action == "replace"))

    def assume(self, state: State, test: object) -> tuple[State | None, State | None]:
        worlds, replaced = _spend(state)
        taken = [way for world in worlds for way in arms(world, test)]
        replaced += test == "loads"
        then = _state((world for arm, world in taken if arm), replaced)
        return then, _state((world for arm, world in taken if not arm), replaced)

    def begin_round(self, state: State) -> State:
        return state

    def end_round(self, state: State, loop: Loop) -> tuple[State, State | None]:
        return state, state

    def begin_loop(self, state: State, loop: Loop, again: bool) -> tuple[State | None, State | None]:
        worlds, replaced = _spend(state)
        loads = loop.head == "load" and not again
        replaced += loads
        if loads:
            worlds = {("S" if letter == "C" else letter, guards) for letter, guards in worlds}
        inside = None if loop.head == "none" else State(set(worlds), replaced)
        return inside, None if loop.head == "forever" else State(worlds, replaced)

    def goes_on(self, head: State, loop: Loop) -> None:
        pass

    def passes(self, head: State, loop: Loop) -> None:
        pass

    def end_for(self, before: State, after: State, loop: Loop) -> State:
        if loop.head == "every":
            _spend(before)
            return State(*_spend(after))
        return self.join(before, after)

    def observable(self, before: State, after: State) -> bool:
        _fresh(before, after)
        return after.replaced > before.replaced

    def thrown(self, after: State) -> State:
        return self.copy(after)

    def settled(self, escaping: State, normal: State | None) -> State:
        return escaping

    def trying(self, shape: Try, part: TryPart) -> None:
        """No step of the toy calls a function."""

    def enter_handler(self, state: State, action: object) -> State | None:
        worlds, replaced = _spend(state)
        return None if action == "never" else State(worlds, replaced)

    def catches_all(self, action: object) -> bool:
        return action == "all"


def _fresh(*states: State) -> None:
    assert not any(state.spent for state in states), "the engine looked at a state after it had handed it over"


def _spend(state: State) -> tuple[set[World], int]:
    _fresh(state)
    state.spent = True
    return state.worlds, state.replaced


def _state(worlds: Iterable[World | None], replaced: int) -> State | None:
    there = {world for world in worlds if world is not None}
    return State(there, replaced) if there else None


# --- shapes, briefly -------------------------------------------------------------------------------------------

Part = str | Shape
_JUMPS: dict[str, Leave] = {
    "return": Leave("return"),
    "raise": Leave("raise"),
    "break": Leave("break"),
    "continue": Leave("continue"),
}


def block(*parts: Part) -> Shape:
    """Parts one after another; a string holds any number of actions and jumps, by name."""
    shapes: list[Shape] = []
    for part in parts:
        if isinstance(part, str):
            shapes.extend(_JUMPS[word] if word in _JUMPS else Step(word) for word in part.split())
        else:
            shapes.append(part)
    return shapes[0] if len(shapes) == 1 else Sequence(tuple(shapes))


def when(test: str, then: Part, orelse: Part = EMPTY) -> Shape:
    """``if test: then`` / ``else: orelse``."""
    return Branch(test, block(then), block(orelse))


def loop(test: str, body: Part, orelse: Part = EMPTY) -> Shape:
    """``while test: body`` / ``else: orelse``."""
    return Loop(None, test, block(body), block(orelse))


def each(head: str, body: Part, orelse: Part = EMPTY) -> Shape:
    """``for … in head: body``; heads: ``items``, ``every`` (at least one), ``none``, ``forever``, ``load`` (effect)."""
    return Loop(head, None, block(body), block(orelse))


def attempt(body: Part, *handlers: tuple[str, Part], orelse: Part = EMPTY, final: Part = EMPTY) -> Shape:
    """``try: body``; handlers: ``all`` catches everything, ``some`` may catch, ``never`` is not entered."""
    caught = tuple(Handler(action, block(part)) for action, part in handlers)
    return Try(block(body), caught, block(orelse), block(final))


Engine = Callable[[Shape, State, Toy], Exits[State]]
WAYS = ("normal", "returned", "raised", "broke", "continued")


def ways_out(engine: Engine, shape: Shape, start: str = "C") -> dict[str, str]:
    """The letters of each way out that some path takes."""
    exits = engine(shape, State({(letter, frozenset()) for letter in start}), Toy())
    states = {way: getattr(exits, way) for way in WAYS}
    assert not any(state.spent for state in states.values() if state is not None)
    return {way: state.letters() for way, state in states.items() if state is not None}
