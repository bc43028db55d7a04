"""Worlds of a project's own making, whose methods go by other names than ``reset`` and ``step``.

``chart = patient.admit()``, and then ``while not over``: what is made of the chart goes into ``patient.treat(dose)``,
which gives the next chart and says whether it is over. Whatever they are called, the first begins an episode. The world
is made beside it: one that is there already and opens again, week after week, may be what a memory is meant to outlast.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Loop, Shape
from lstm_lint.memo import by_node
from lstm_lint.model import Span

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.paths import Path
    from lstm_lint.typestate.state import State


@by_node
def beginnings(shape: Shape) -> dict[Span, frozenset[str]]:
    """Where the methods are named in a body that begin an episode, with the variables of the loop that plays it."""
    return {
        span: frozenset(name for action in walk.actions(loop.body) for name in walk.variables_in(action))
        for loop in walk.loops(shape)
        if loop.test is not None
        for span in _begun_before(shape, loop)
    }


def players(run: Interpreter, func: facts.Attribute, state: State) -> frozenset[Path] | None:
    """The objects that play an episode which a method of this name begins; None where it begins none."""
    names = beginnings(run.frame.body).get(func.span)
    if names is None:
        return None
    values = (run.lookup(name, state) for name in sorted(names))
    return frozenset().union(*(state.reach(ref) for value in values if value is not None for ref in value.refs))


def _begun_before(shape: Shape, loop: Loop) -> Iterator[Span]:
    inside = [action for action in walk.actions(loop.body) if isinstance(action, facts.Assign)]
    within = {id(action) for action in inside}
    before = [
        (_targets(target), made)
        for action in walk.actions(shape)
        if isinstance(action, facts.Assign) and id(action) not in within
        for each in action.targets
        for target, made in _apart(each, action.value)
    ]
    made_here = {name for targets, made in before if isinstance(made, facts.Call) for name in targets}
    asked = walk.variables_in(loop.test)
    for played in inside:
        call, given = played.value, _bound(played)
        world = _receiver(call)
        if not isinstance(call, facts.Call) or world not in made_here or given.isdisjoint(asked):
            continue
        made_of = _read_for(call, inside)
        for targets, first in before:
            if _receiver(first) == world and isinstance(first, facts.Call):
                seen = targets & given - asked
                if not seen.isdisjoint(made_of) and walk.last_name(first.func) != walk.last_name(call.func):
                    yield first.func.span


def _apart(target: facts.Expr, value: facts.Expr) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    """Each variable with what it gets: ``chart, over = patient.admit(), False``; all of them where a call gives all."""
    found = [(each, made) for each, made in walk.paired(target, value) if made is not None]
    yield from found or [(target, value)]


def _receiver(expr: facts.Expr) -> str | None:
    """The variable whose method is called."""
    func = expr.func if isinstance(expr, facts.Call) else None
    return func.value.id if isinstance(func, facts.Attribute) and isinstance(func.value, facts.Name) else None


def _bound(action: facts.Assign) -> set[str]:
    return set[str]().union(*map(_targets, action.targets))


def _targets(target: facts.Expr) -> set[str]:
    return {each.id for each in walk.flat((target,)) if isinstance(each, facts.Name)}


def _read_for(call: facts.Call, inside: list[facts.Assign]) -> set[str]:
    """What the arguments of a call are made of by other calls, in the same round."""
    handed = set[str]().union(*(walk.variables_in(each.value) for each in call.arguments))
    found = {name for each in call.arguments if any(True for _ in walk.calls_in(each.value)) for name in handed}
    for action in inside:
        if isinstance(action.value, facts.Call) and action.value is not call and not handed.isdisjoint(_bound(action)):
            found |= set[str]().union(*(walk.variables_in(each.value) for each in action.value.arguments))
    return found
