"""A copy made again in the same place: ``net = deepcopy(pattern)`` in each round is another object each time.

Nothing is left in it of what went on in the copy that was there before, unless something else holds that one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate.paths import FieldPlace, Path, Place, Root, is_copy
from lstm_lint.typestate.targets import place_of
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def forget(run: Interpreter, expr: facts.Call, original: Value, copies: frozenset[Path], state: State) -> None:
    """A call makes a copy: the one that it takes the place of is gone, with the states in it."""
    if any(is_copy(ref.root) for ref in original.refs):
        return  # a copy of a copy goes by the same name
    roots = {copy.root for copy in copies} & {place.owner.root for place in state.heap}
    if not roots:
        return
    here = set(_taking(run, expr, state))
    for place, value in state.items():
        roots -= {root for root in _roots(value) if place not in here and not _is_inside(place, root)}
    for place in [place for place in state.heap if place.owner.root in roots] if roots else ():
        del state.heap[place]


def _taking(run: Interpreter, expr: facts.Call, state: State) -> Iterator[Place]:
    """The variables and attributes that are about to be bound to what a call gives, as it is or prepared."""
    for action in walk.actions(run.frame.body):
        if isinstance(action, facts.Assign) and _is_made_of(action.value, expr):
            for target in action.targets:
                place = place_of(run, target, state) if isinstance(target, (facts.Name, facts.Attribute)) else None
                if place is not None:
                    yield place


def _is_made_of(value: facts.Expr, call: facts.Call) -> bool:
    """Whether a value is that of a call, or of a method of it: ``deepcopy(net).to(device)``."""
    while value is not call and isinstance(value, facts.Call) and isinstance(value.func, facts.Attribute):
        value = value.func.value
    return value is call


def _roots(value: Value) -> Iterator[Root]:
    """The objects that a value, or what is in it, may be or lead to."""
    yield from (ref.root for ref in value.refs | value.holds)
    for bound in value.callables:
        if bound.receiver is not None:
            yield from _roots(bound.receiver)
    for part in value.parts():
        yield from _roots(part)


def _is_inside(place: Place, root: Root) -> bool:
    return isinstance(place, FieldPlace) and place.owner.root == root
