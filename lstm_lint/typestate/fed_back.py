"""Actions that are fed back: ``a, value = net(seen, a)``, and ``env.step(a)``. What a world is given is no memory.

A network that is handed the action before gives the next one, which looks like a state that goes in and comes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.memo import by_node
from lstm_lint.typestate.paths import Local
from lstm_lint.typestate.targets import looks_like_state

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.paths import Place

_FORMS = frozenset({"item", "numpy", "cpu", "detach", "squeeze", "flatten", "tolist", "clone", "astype", "view"})
_ANSWERS = (3, 6)
"""From how many parts to how many a world says of a step."""


def is_action(run: Interpreter, place: Place) -> bool:
    """Whether a variable of the function under way is what it steps a world with."""
    if not isinstance(place, Local) or place.frame != run.frame.number or looks_like_state(place):
        return False
    return place.name in _stepped_with(run.frame.body)


@by_node
def _stepped_with(body: Shape) -> frozenset[str]:
    return frozenset(
        name
        for action in walk.actions(body)
        if isinstance(action, facts.Assign) and _is_step(action) and isinstance(action.value, facts.Call)
        for argument in action.value.arguments[:1]
        if (name := _acted(argument.value, body)) and all(name not in walk.chains(each) for each in action.targets)
    )


def _is_step(action: facts.Assign) -> bool:
    """Whether an assignment takes apart what a world says of a step."""
    call, target = action.value, action.targets[0]
    if not isinstance(call, facts.Call) or walk.last_name(call.func) != "step":
        return False
    return isinstance(target, facts.Display) and _ANSWERS[0] <= len(target.items) <= _ANSWERS[1]


def _acted(expr: facts.Expr, body: Shape) -> str:
    """The variable that a world is stepped with, or of which it gets the first entry; empty for anything else.

    The first of all that a network gives, ``out = net(seen, out)``, is no entry of an action.
    """
    while isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and expr.func.attr in _FORMS:
        expr = expr.func.value
    if isinstance(expr, facts.Subscript) and isinstance(expr.value, facts.Name):
        bound = walk.bound_in(body).names.get(expr.value.id, ())
        return expr.value.id if any(each.how == "item" for each in bound) else ""
    return expr.id if isinstance(expr, facts.Name) else ""
