"""Variables that nothing reads any more when a round of a loop has ended: the next one binds them before all else.

What they held is not there in the next round: the player of the last round is not met beside the new one. They keep
their values all the same, since another network in the place of the last one is an exchange.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Step
from lstm_lint.memo import by_node
from lstm_lint.typestate import lifetime
from lstm_lint.typestate.paths import Local

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_Met = Literal["read", "bound", "no"]


def end_round(run: Interpreter, loop: Loop, state: State) -> None:
    """A round of a loop has ended: what its variables held is let go where the next one binds them first."""
    names = _dead(run.frame.body).get(id(loop), ()) if run.frame.function is not None else ()
    places = (run.local_place(name, state) for name in names)
    own = [place for place in places if isinstance(place, Local) and place.frame == run.frame.number]
    lifetime.over(run, own, state)


@by_node
def _dead(body: Shape) -> dict[int, tuple[str, ...]]:
    """By loop of a function: the variables that are read in its rounds alone, each time behind an assignment there."""
    found: dict[int, tuple[str, ...]] = {}
    for loop in walk.loops(body):
        bound = {name for name in _bound(loop.body) if _met(loop.body, name) == "bound"}
        if bound:
            elsewhere = _named(body, loop) | _said((loop.head, loop.test)) | _named(loop.orelse, loop)
            found[id(loop)] = tuple(sorted(bound - elsewhere))
    return found


def _bound(shape: Shape) -> Iterator[str]:
    for action in walk.actions(shape):
        if isinstance(action, facts.Assign):
            yield from (each.id for each in walk.flat(action.targets) if isinstance(each, facts.Name))


def _named(shape: Shape, without: Loop) -> frozenset[str]:
    """The names that are said in a body, what is defined in it included, but not in this loop."""
    if shape is without:
        return frozenset()
    if isinstance(shape, Step):
        return _said(shape.action)
    inner = frozenset[str]().union(*(_named(part, without) for part in walk.parts(shape)))
    heads = [shape.head, shape.test] if isinstance(shape, Loop) else [shape.test] if isinstance(shape, Branch) else []
    return inner.union(*map(_said, heads))


def _said(node: object) -> frozenset[str]:
    if isinstance(node, (facts.Define, facts.DefineClass)):
        return node.function.mentions if isinstance(node, facts.Define) else _mentions(node.klass)
    return walk.variables_in(node)


def _mentions(klass: facts.ClassFact) -> frozenset[str]:
    return walk.names(klass.body).union(*(each.mentions for each in klass.functions.values()))


def _met(shape: Shape, name: str) -> _Met:
    """How a variable is met first on the ways through a shape."""
    if isinstance(shape, Sequence):
        return next((met for met in (_met(each, name) for each in shape.shapes) if met != "no"), "no")
    if isinstance(shape, Step):
        return _met_by(shape.action, name)
    if isinstance(shape, Branch):
        if name in _said(shape.test):
            return "read"
        arms = {_met(shape.then, name), _met(shape.orelse, name)}
        return arms.pop() if len(arms) == 1 else "read"
    return "read" if name in _named(shape, _NONE) else "no"


def _met_by(action: object, name: str) -> _Met:
    if isinstance(action, facts.Assign):
        targets = list(walk.flat(action.targets))
        others = [each for each in targets if not isinstance(each, facts.Name)]
        if name in _said(action.value) or any(name in _said(each) for each in others):
            return "read"
        return "bound" if any(isinstance(each, facts.Name) and each.id == name for each in targets) else "no"
    return "read" if name in _said(action) else "no"


_NONE = Loop(None, None, Sequence(()), Sequence(()))
