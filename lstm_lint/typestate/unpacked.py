"""Parts of a state that are taken apart: ``h, c = self.memory``, and only one of the two is cleared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk

if TYPE_CHECKING:
    from lstm_lint.flow import Shape

_IN_PLACE = frozenset({"zero_", "fill_", "fill", "mul_", "copy_", "clear"})


def is_one_alone(body: Shape, expr: facts.Expr) -> bool:
    """Whether a variable is one part of what was kept as a whole, and nothing is done to any of the other parts."""
    if not isinstance(expr, facts.Name):
        return False
    taken = [
        target
        for action in walk.actions(body)
        if isinstance(action, facts.Assign) and isinstance(action.value, (facts.Name, facts.Attribute))
        for target in action.targets
        if isinstance(target, facts.Display) and expr.id in _names(target)
    ]
    if len(taken) != 1 or len(walk.bound_in(body).names.get(expr.id, ())) != 1:
        return False
    others = _names(taken[0]) - {expr.id}
    return bool(others) and others.isdisjoint(_written(body, taken[0]))


def _names(target: facts.Expr) -> set[str]:
    return {each.id for each in walk.expressions(target) if isinstance(each, facts.Name)}


def _written(body: Shape, apart_from: facts.Expr) -> set[str]:
    """The variables that are bound, or written to in place, in a body or in a loop over them."""
    found: set[str] = set()
    for action in walk.actions(body):
        targets = action.targets if isinstance(action, facts.Assign) else ()
        targets = (action.target,) if isinstance(action, (facts.Augment, facts.Iterate)) else targets
        for target in targets:
            if target is not apart_from:
                found |= _names(target)
        if isinstance(action, facts.Iterate):
            found |= _names(action.iterable)
    for call in walk.calls(body):
        if isinstance(call.func, facts.Attribute) and call.func.attr in _IN_PLACE:
            found |= _names(call.func.value)
    return found
