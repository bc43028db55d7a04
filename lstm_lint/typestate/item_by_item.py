"""Comprehensions over a few values that are written out: each is made into something in its own place.

``step(*(torch.from_numpy(each[t]) for each in (b.obs, b.states, b.masks)))`` hands on observations, states and masks.
One value that may be any of the three would say that each of them is multiplied by all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.typestate import assign
from lstm_lint.typestate.keys import bound_by
from lstm_lint.typestate.paths import Local, Place
from lstm_lint.typestate.values import Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_FEW = 16
"""More items than this are not gone through one by one."""


def made(run: Interpreter, expr: facts.Comprehension, iterable: Value, state: State) -> tuple[Value, ...] | None:
    """What a comprehension makes of each item; None where it is not known which these are, or objects are among them.

    Of objects one stands for many, in a loop as well.
    """
    items = iterable.items
    if expr.kind not in ("list", "generator") or len(expr.clauses) != 1 or expr.clauses[0].tests or not items:
        return None
    if len(items) > _FEW or not any(item.src or item.bears_state for item in items) or any(map(_is_object, items)):
        return None
    target = expr.clauses[0].target
    own: set[Place] = {Local(run.frame.number, name) for name in bound_by(target)}
    found: list[Value] = []
    for item in items:
        assign.store(run, target, item, state, each=True)
        value = run.evaluate(expr.element, state)
        found.append(replace(value, src=value.src - own))
    return tuple(found)


def _is_object(value: Value) -> bool:
    """Whether a value is an object of a known class, or a function: a loop tells those apart by themselves."""
    return bool(value.types or value.callables or value.classes)
