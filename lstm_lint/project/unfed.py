"""Calls of a network in a loop that hand it one initial state round after round, and drop the state that it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Sequence as Listed
from typing import TypeGuard

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.beginning import given, makes, names_in
from lstm_lint.project.placed import Placed, pairs
from lstm_lint.vocabulary.names import looks_like_state


def unfed(
    actions: Listed[Placed], loop: tuple[Span, ...], returned: Callable[[facts.Call, int, int], bool]
) -> Iterator[tuple[facts.Call, facts.Expr]]:
    """Such calls, in each round of a loop, and the expression that made the state before it.

    ``returned`` says whether a call returns its state as this item of so many.
    """
    inside = [each for each in actions if each.loops[: len(loop)] == loop]
    calls = {at: call for at, each in enumerate(inside) if each.loops == loop
             and (call := _dropping(each, inside, returned)) is not None}  # fmt: skip
    for call in calls.values():
        names = {name for name in given(call) if looks_like_state(name)}
        if not names or any(_touches(other, names) for at, other in enumerate(inside) if at not in calls):
            continue
        made = [list(_values(actions, name)) for name in names]
        if all(values and all(makes(value) or walk.is_none(value) for value in values) for values in made):
            yield call, made[0][-1]


def _dropping(
    placed: Placed, inside: Listed[Placed], returned: Callable[[facts.Call, int, int], bool]
) -> facts.Call | None:
    """The call of which an action takes all but the state."""
    action = placed.action
    for expr in walk.expressions(action):
        if _is_first(expr) and isinstance(expr.value, facts.Call) and returned(expr.value, 1, 2):
            return expr.value
    if not isinstance(action, facts.Assign) or not isinstance(action.value, facts.Call) or len(action.targets) != 1:
        return None
    target = action.targets[0]
    items = target.items if isinstance(target, facts.Display) else ()
    for at, item in enumerate(items):
        if returned(action.value, at, len(items)):
            names = names_in(item)
            read = any(not names.isdisjoint(_read(other.action)) for other in inside if other is not placed)
            return None if read or not names else action.value
    return None


def _is_first(expr: facts.Expr) -> TypeGuard[facts.Subscript]:
    return isinstance(expr, facts.Subscript) and isinstance(expr.index, facts.Constant) and expr.index.value == 0


def is_state(value: facts.Expr) -> bool:
    """Whether a value is a state as it is, by its name, and nothing made of one: ``h``, ``(h, c)``, ``self.hx``."""
    if isinstance(value, facts.Display):
        return bool(value.items) and all(map(is_state, value.items))
    while isinstance(value, facts.Call) and isinstance(value.func, facts.Attribute) and not value.arguments:
        value = value.func.value  # `h.detach()`
    name = walk.last_name(value)
    return bool(name) and looks_like_state(name)


def _read(action: object) -> set[str]:
    """The variables that an action reads, and does not only bind."""
    if isinstance(action, facts.Assign):
        inner = (each for each in walk.flat(action.targets) if not isinstance(each, facts.Name))
        return names_in(action.value).union(*map(names_in, inner))
    return names_in(action.iterable if isinstance(action, facts.Iterate) else action)


def _touches(placed: Placed, names: set[str]) -> bool:
    return not names.isdisjoint(names_in(placed.action))


def _values(actions: Listed[Placed], name: str) -> Iterator[facts.Expr]:
    """All that a variable is bound to."""
    for each in actions:
        if isinstance(each.action, facts.Assign):
            for target, value in pairs(each.action):
                if isinstance(target, facts.Name) and target.id == name:
                    yield value
        bound = each.action.target if isinstance(each.action, (facts.Iterate, facts.Enter)) else None
        if bound is not None and name in names_in(bound):
            yield bound
