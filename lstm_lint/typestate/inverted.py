"""Masks that are the wrong way round: ``h * done`` keeps what an episode left that has ended, and clears all others.

That a mask is true at the end is told by where it comes from, out of the step of an environment, where its name does
not say the opposite.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate import masks, under_way
from lstm_lint.typestate.row_flags import flags_in, truth
from lstm_lint.typestate.telling import STEPS

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter

_ENDS = (2, 3)
"""What a step says of the end stands third, or third and fourth: ``seen, reward, ended, cut, info``."""
_OPPOSITE = re.compile(r"mask|(^|_)(not?|non)_?|alive|live|keep|goes|continu|running|going|start|first|new|begin|reset")
_FAR = 6


def is_inverted(run: Interpreter, mask: facts.Expr) -> bool:
    """Whether a factor is true, in whatever form, where the step of an environment has just said that it is the end."""
    return _is_end(run, mask, len(run.frames) - 1, _FAR)


def multiplying(run: Interpreter, shape: Shape, carried: set[str]) -> frozenset[int]:
    """By their ids, the actions of a body that multiply a carried state by such a mask: ``h = h * done``."""
    return frozenset(
        id(action)
        for action in walk.actions(shape)
        for state, mask in _products(action)
        if walk.last_name(walk.container(state)) in carried and is_inverted(run, mask)
    )


def _products(action: object) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    """Both factors of what an action assigns."""
    if isinstance(action, facts.Augment) and action.op == "*":
        yield action.target, action.value
    value = action.value if isinstance(action, facts.Assign) else None
    if isinstance(value, facts.Operation) and value.op == "*" and len(value.operands) == 2:
        yield value.operands[0], value.operands[1]
        yield value.operands[1], value.operands[0]


def _is_end(run: Interpreter, expr: facts.Expr, depth: int, far: int) -> bool:
    """Whether an expression of so deep an activation gives nothing but such flags, each as it is."""
    found = [(flag, same) for flag, same in flags_in(walk.container(expr)) if not isinstance(flag, facts.Subscript)]
    return far > 0 and bool(found) and all(
        same and isinstance(flag, facts.Name) and _is_flag(run, flag.id, depth, far) for flag, same in found
    )


def _is_flag(run: Interpreter, name: str, depth: int, far: int) -> bool:
    frame = run.frames[depth]
    bound = _bound(run, frame, name)
    given = [each for each in bound if not _is_no(each)]
    if bound:
        return bool(given) and all(_tells(run, name, each, depth, far) for each in given)
    handed = None if _OPPOSITE.search(name.lower()) else under_way.handed(run, depth, name)
    return handed is not None and _is_end(run, handed, depth - 1, far - 1)


def _bound(run: Interpreter, frame: Frame, name: str) -> list[walk.Binding]:
    return [each for each in run.names_bound_in(frame).get(name, ()) if each.how != "annotation"]


def _tells(run: Interpreter, name: str, bound: walk.Binding, depth: int, far: int) -> bool:
    """Whether a variable gets the flag of an end: from the step itself, or from another such variable."""
    if bound.how == "value":
        return _is_end(run, bound.expr, depth, far - 1)
    stepped = isinstance(bound.expr, facts.Call) and walk.last_name(bound.expr.func) in STEPS
    return bound.how == "item" and bound.index in _ENDS and stepped and not _OPPOSITE.search(name.lower())


def _is_no(bound: walk.Binding) -> bool:
    """Whether a variable is set to false, for before the first step."""
    return bound.how == "value" and (truth(bound.expr) is False or masks.makes_zeros(bound.expr))
