"""What the step of an environment says of the ends of episodes: the variables that get it, if it is not cut off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate.masks import names_an_end

if TYPE_CHECKING:
    from lstm_lint.flow import Shape

STEPS = frozenset({"step", "step_wait"})
_RECEIVING = re.compile(r"(^|_)(vec_?|v)?(envs?|envpool)\d*$", re.IGNORECASE)
"""How environments are called that are received from and sent to."""
_LONGEST = 8
"""What is received has at most so many parts: some say which environments it is of."""


def receives(func: facts.Expr) -> bool:
    """Whether a method gives what some of many environments have come to: ``envs.recv()``, before ``envs.send(…)``.

    None of them can be reset alone: each begins anew by itself.
    """
    return (
        isinstance(func, facts.Attribute)
        and func.attr == "recv"
        and _RECEIVING.search(walk.last_name(func.value)) is not None
    )


def is_of(action: object, func: facts.Attribute) -> bool:
    """Whether an assignment gets what a step says."""
    return isinstance(action, facts.Assign) and isinstance(action.value, facts.Call) and action.value.func is func


def said_of_ends(shape: Shape, func: facts.Attribute, places: frozenset[int] = frozenset()) -> set[str] | None:
    """The variables that a step binds to the ends of episodes; None where it cannot be told.

    They stand where Gym has them, at the ``places`` that are known of this environment, or are named for an end.
    """
    for action in walk.actions(shape):
        if not isinstance(action, facts.Assign):
            continue
        target = action.targets[0]
        if _cuts_off(action, func) and not _asks_otherwise(shape, func.value):
            return set()
        most = _LONGEST if receives(func) else 5
        if is_of(action, func) and isinstance(target, facts.Display) and 3 <= len(target.items) <= most:
            flags = target.items[2 : min(4, max(3, len(target.items) - 1))]
            if all(isinstance(flag, facts.Name) for flag in flags):
                found = {name for flag in flags if (name := walk.last_name(flag)).strip("_")}
                return found | _also_said(target.items, places)
    return None


def _cuts_off(action: facts.Assign, func: facts.Attribute) -> bool:
    """Whether only what comes before the ends is taken of what a step gives: ``env.step(a)[:2]``, ``seen, *_ =``."""
    value, target = action.value, action.targets[0]
    if isinstance(value, facts.Subscript) and isinstance(value.value, facts.Call) and value.value.func is func:
        if isinstance(value.index, facts.Operation) and value.index.op == "slice":
            start, stop = (*value.index.operands, *value.index.operands)[:2]
            return _is_below(stop, 2) and (walk.is_none(start) or _is_below(start, 2))
        return _is_below(value.index, 1)
    if not is_of(action, func) or not isinstance(target, facts.Display) or not target.items:
        return False
    *first, last = target.items
    thrown_away = isinstance(last, facts.Starred) and not walk.last_name(last.value).strip("_")
    return thrown_away and len(first) <= 2 and not any(isinstance(each, facts.Starred) for each in first)


def _is_below(expr: facts.Expr, most: int) -> bool:
    """Whether an expression is a literal number, from nought to this."""
    value = expr.value if isinstance(expr, facts.Constant) else None
    return type(value) is int and 0 <= value <= most


def _asks_otherwise(shape: Shape, owner: facts.Expr) -> bool:
    """Whether a body reads of an environment itself whether an episode has ended: ``envs.dones``."""
    name = walk.chain(owner)
    return name is None or any(
        isinstance(expr, facts.Attribute) and walk.chain(expr.value) == name and names_an_end(expr.attr)
        and expr.attr not in ("reset", "async_reset")
        for action in walk.actions(shape)
        for expr in walk.expressions(action)
    )  # fmt: skip


def _also_said(items: tuple[facts.Expr, ...], places: frozenset[int]) -> set[str]:
    """The variables at these places of what a step gives, and those whose names say that they are flags."""
    names = [(at, item.id) for at, item in enumerate(items) if isinstance(item, facts.Name) and at > 0]
    return {name for at, name in names if name.strip("_") and (at in places or names_an_end(name))}
