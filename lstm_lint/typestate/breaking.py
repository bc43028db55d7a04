"""Loops over steps that an end breaks, while the loop around them goes on with an environment that has begun anew.

``for batch in range(n): for t in range(m): … if done: break``, where the environment resets itself in its step and the
state is begun outside of both loops: the next round reads the memory of the episode that has ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Loop
from lstm_lint.typestate import crossing, ends, masks, storing, telling
from lstm_lint.typestate.episodes import resets_itself
from lstm_lint.typestate.narrow import RESETS
from lstm_lint.typestate.paths import Local
from lstm_lint.typestate.values import Phase

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_ASKS = frozenset({"any", "all", "bool", "item", "np", "numpy", "torch"})


class Broken(NamedTuple):
    """A loop whose rounds are broken off, and the step that says so."""

    around: Loop
    step: facts.Attribute
    test: object


def broken(run: Interpreter, test: object, state: State) -> None:
    """On the arm of a test that breaks a loop where an episode has ended, states go on into the next one.

    It is so for the states that nothing in the loop around it begins anew, by whatever test.
    """
    found = _broken(run, test)
    if found is None or not state.bearing():
        return
    base = run.quiet().evaluate(found.step.value, state)
    if not resets_itself(run, base):
        return
    carried = _carried(state)
    kept = frozenset(name for name in carried if _only_steps(found.around.body, name, carried))
    if kept and ends.untold(run, base, found.step, state, found.around.body, found.test):
        crossing.cross(run, base, found.step, True, state, kept)


def _broken(run: Interpreter, test: object) -> Broken | None:
    """What a test breaks, looked for once."""
    key = id(run.frame.body), id(test)
    known = run.index.broken
    if key not in known:
        known[key] = _find(run.frame.body, test)
    return known[key]


def _find(body: Shape, test: object) -> Broken | None:
    if not isinstance(test, (facts.Name, facts.Subscript, facts.Call)):
        return None
    around = [loop for loop in walk.loops(body) if any(branch.test is test for branch in walk.branches(loop.body))]
    if len(around) < 2 or not _breaks(around[-1].body, test):
        return None
    for call in walk.calls(around[-1].body):
        if isinstance(call.func, facts.Attribute) and call.func.attr in telling.STEPS:
            said = telling.said_of_ends(around[-1].body, call.func)
            if said and _asks_for(test, storing.made_of(around[-1].body, said)):
                return Broken(around[-2], call.func, test)
    return None


def _breaks(body: Shape, test: object) -> bool:
    branch = next(each for each in walk.branches(body) if each.test is test)
    jump = walk.ending(branch.then)
    return jump is not None and jump.kind == "break"


def _asks_for(test: facts.Expr, said: set[str]) -> bool:
    names = {expr.id for expr in walk.expressions(test) if isinstance(expr, facts.Name)} - _ASKS
    return bool(names) and names <= said


def _carried(state: State) -> frozenset[str]:
    """The variables and attributes with a state that goes on."""
    return frozenset(
        place.name if isinstance(place, Local) else place.attr
        for place, value in state.bearing()
        if any(tag.phase is Phase.CARRYING for tag in value.tags)
    )


def _only_steps(body: Shape, name: str, carried: frozenset[str]) -> bool:
    """Whether a body writes a state with what is made of it alone, and calls nothing that may begin it anew."""
    written = False
    for action in walk.actions(body):
        if not isinstance(action, (facts.Assign, facts.Augment)):
            continue
        targets = action.targets if isinstance(action, facts.Assign) else (action.target,)
        if name not in map(walk.last_name, map(walk.container, walk.flat(targets))):
            continue
        written = True
        named = {walk.last_name(expr) for expr in walk.expressions(action.value)}
        if named.isdisjoint(carried) or any(map(masks.names_an_end, named)):
            return False
    return written or not any(RESETS.search(walk.last_name(call.func)) for call in walk.calls(body))
