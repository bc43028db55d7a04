"""Loops that go on beside what begins threads and generators: what they read of a state that is stale by then.

A thread, a coroutine or a generator keeps its state in variables of its own, and so does the function that began a
thread and steps in a loop while that reads files. All loops are met one after the other; one more round of each tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.engine import run as run_shape
from lstm_lint.flow import Branch, Loop, Shape
from lstm_lint.typestate.frame import Frame
from lstm_lint.typestate.paths import Local
from lstm_lint.typestate.tables import Table
from lstm_lint.typestate.values import Phase

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_FEW = 12
_TELLS = frozenset({"set", "put", "put_nowait", "append", "notify", "notify_all", "release", "add", "update", "clear"})
"""Methods by which one side tells the other that something has happened."""


class Going(NamedTuple):
    """A loop, the state at its head once its rounds add nothing, and the activations around it."""

    loop: Loop
    head: State
    frames: tuple[Frame, ...]

    @property
    def number(self) -> int:
        """The activation that the loop stands in."""
        return self.frames[-1].number


def again(run: Interpreter, goings: Iterable[Going], told_by: Iterable[Shape], state: State) -> None:
    """One more round of each loop, from a state in which others have replaced weights meanwhile.

    Not of one that asks for what these leave behind: it knows that there was something, and may begin anew then.
    """
    told = {name for body in told_by for name in left(body)}
    frames, handling = run.frames, run.handling
    run.handling = True
    for going in list(goings)[:_FEW]:
        if not _has_stale(state, going) or not told.isdisjoint(asked(going.loop)):
            continue
        run.frames = list(going.frames)
        run_shape(going.loop.body, state.copy(), run)
    run.frames, run.handling = frames, handling


def without(state: State, numbers: Iterable[int]) -> None:
    """Forget the variables of activations, and the states in them."""
    gone = set(numbers)
    if gone:
        state.env = Table((place, value) for place, value in state.env.items() if place.frame not in gone)


def _has_stale(state: State, going: Going) -> bool:
    """Whether a state is stale that the loop's own activation, or an object, holds."""
    for place, value in state.items():
        if isinstance(place, Local) and place.frame not in {frame.number for frame in going.frames}:
            continue
        if any(tag.phase is Phase.STALE for tag in value.tags):
            return True
    return False


def left(body: Shape) -> Iterator[str]:
    """The names under which a function leaves word of what it did."""
    for action in walk.actions(body):
        targets = action.targets if isinstance(action, facts.Assign) else ()
        targets = (action.target,) if isinstance(action, facts.Augment) else targets
        for target in walk.flat(targets):
            if isinstance(target, (facts.Attribute, facts.Subscript)):
                yield walk.last_name(walk.container(target))
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and expr.func.attr in _TELLS:
                yield walk.last_name(expr.func.value)


def asked(shape: Shape) -> Iterator[str]:
    """The names in the tests of a loop, its own and those of its body."""
    if isinstance(shape, Branch) or (isinstance(shape, Loop) and shape.test is not None):
        for expr in walk.expressions(shape.test):
            if isinstance(expr, (facts.Name, facts.Attribute)):
                yield walk.last_name(expr)
    for part in walk.parts(shape):
        yield from asked(part)
