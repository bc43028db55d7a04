"""Where a body wipes rows of a state by a mask: ``h * alive``, ``h[done] = 0``, ``where(done, 0, h)``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Shape

_FILLS = frozenset({"masked_fill", "masked_fill_"})
_FILLS_ROWS = frozenset({"index_fill", "index_fill_"})
_TIMES = frozenset({"mul", "mul_", "multiply", "multiply_"})
_ZEROS = frozenset({"zeros", "zeros_like", "new_zeros"})
_LOOKS = frozenset({
    "clone", "detach", "copy", "append", "stack", "cat", "zeros_like", "ones_like", "len", "print", "numpy", "tolist",
    "range", "save", "extend",
})  # fmt: skip
"""Calls that do not go on from a state."""


class Wipe(NamedTuple):
    """A mask over a state; it ``keeps`` the rows that it is true for, or wipes these."""

    mask: facts.Expr
    keeps: bool


def wipes_in(body: Shape, name: str, is_attribute: bool) -> list[Wipe]:
    """The masks over the state of that name, if nothing reads it without one."""
    if name not in walk.names(body):
        return []
    state = _Named(name, is_attribute)
    found: list[Wipe] = []
    stored = False
    for action in walk.actions(body):
        written = list(walk.flat(_targets(action)))
        here = [wipe for expr in walk.expressions(action) for wipe in _masked(expr, state)]
        if isinstance(action, facts.Assign) and any(map(state.matches, written)):
            here += [wipe for expr in walk.expressions(action.value) for wipe in _products(expr)]
            stored = stored or bool(here)
        if isinstance(action, facts.Augment) and state.matches(walk.container(action.target)) and action.op == "*":
            here.append(Wipe(action.value, True))
            stored = True
        if isinstance(action, facts.Assign) and _clears(action.value) and not walk.is_none(action.value):
            # None under an index is put there by a key: no tensor takes it.
            rows = [each for each in written if isinstance(each, facts.Subscript) and state.matches(each.value)]
            here += [Wipe(part, False) for each in rows for part in _index(each.index)]
            stored = stored or bool(rows)
        found += here
    for branch in walk.branches(body):
        for arm, holds in ((branch.then, True), (branch.orelse, False)):
            if isinstance(branch.test, _TESTS) and any(_cleared(action, state) for action in walk.actions(arm)):
                found.append(Wipe(branch.test, not holds))
                stored = True
    return found if found and (stored or not _is_read(body, state)) else []


_TESTS = (facts.Name, facts.Attribute, facts.Subscript, facts.Operation, facts.Call)


class _Named(NamedTuple):
    name: str
    is_attribute: bool

    def matches(self, expr: facts.Expr) -> bool:
        """Whether an expression is the state, or some rows of it."""
        expr = walk.container(expr)
        while isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and not expr.arguments:
            expr = walk.container(expr.func.value)  # `h.detach()`
        kind = facts.Attribute if self.is_attribute else facts.Name
        return isinstance(expr, kind) and walk.last_name(expr) == self.name


def _masked(expr: facts.Expr, state: _Named) -> Iterator[Wipe]:
    if isinstance(expr, facts.Operation) and expr.op == "*" and len(expr.operands) == 2:
        for one, other in (expr.operands, expr.operands[::-1]):
            if state.matches(one):
                yield Wipe(other, True)
    elif isinstance(expr, facts.Comprehension):
        over = [clause for clause in expr.clauses if state.matches(clause.iterable)]
        for clause in over:
            yield from (wipe for each in walk.chains(clause.target) for wipe in _inside(expr.element, each))
    elif isinstance(expr, facts.Call):
        yield from _called(expr, state)


def _inside(element: facts.Expr, name: str) -> Iterator[Wipe]:
    part = _Named(name, False)
    return (wipe for each in walk.expressions(element) for wipe in _masked(each, part))


def _called(call: facts.Call, state: _Named) -> Iterator[Wipe]:
    name, given = walk.last_name(call.func), [each.value for each in call.arguments]
    own = call.func.value if isinstance(call.func, facts.Attribute) else None
    if name == "where" and len(given) == 3:
        for index, other in ((1, 2), (2, 1)):
            if state.matches(given[index]) and _clears(given[other]):
                yield Wipe(given[0], index == 1)
    elif name in _TIMES or name in _FILLS:
        operands = [own, *given] if own is not None and state.matches(own) else given
        if len(operands) > 1 and operands[0] is not None and state.matches(operands[0]):
            yield Wipe(operands[1], name in _TIMES)


def wipes_of(call: facts.Call) -> list[Wipe]:
    """The masks that a call lays over a state, which is not one of zeros: ``where(done, 0, h)``."""
    name, given = walk.last_name(call.func), [each.value for each in call.arguments]
    if name == "where" and len(given) == 3:
        clears = [_clears(each) for each in given[1:]]
        return [Wipe(given[0], clears[1])] if clears[0] is not clears[1] else []
    if name in _FILLS_ROWS and len(given) == 3:
        return [Wipe(given[1], False)] * _clears(given[2])
    if name in _FILLS or name in _TIMES:
        fills = isinstance(call.func, facts.Attribute) and len(given) == (2 if name in _FILLS else 1)
        operands = [call.func.value, *given] if fills and isinstance(call.func, facts.Attribute) else given
        if len(operands) == (3 if name in _FILLS else 2):
            return [Wipe(operands[1], False)] * _clears(operands[-1]) if name in _FILLS else [Wipe(operands[1], True)]
    return []


def _products(expr: facts.Expr) -> Iterator[Wipe]:
    """``before = h * alive``: the state of that name is nothing but what is left of another one."""
    if isinstance(expr, facts.Operation) and expr.op == "*" and len(expr.operands) == 2:
        yield from (Wipe(each, True) for each in expr.operands)


def _index(index: facts.Expr) -> tuple[facts.Expr, ...]:
    return index.items if isinstance(index, facts.Display) else (index,)


def _clears(value: facts.Expr) -> bool:
    if isinstance(value, facts.Constant):
        return value.value in (0, None) and value.value is not False
    return isinstance(value, facts.Call) and walk.last_name(value.func) in _ZEROS


def _cleared(action: object, state: _Named) -> bool:
    """Whether rows of the state are emptied; of the whole state the paths tell."""
    if isinstance(action, facts.Assign):
        written = list(walk.flat(action.targets))
        return _clears(action.value) and any(isinstance(e, facts.Subscript) and state.matches(e) for e in written)
    return isinstance(action, facts.Evaluate) and any(
        isinstance(call.func, facts.Attribute)
        and call.func.attr == "zero_"
        and isinstance(call.func.value, facts.Subscript)
        and state.matches(call.func.value)
        for call in walk.calls_in(action)
    )


def _targets(action: object) -> tuple[facts.Expr, ...]:
    return action.targets if isinstance(action, facts.Assign) else ()


def _is_read(body: Shape, state: _Named) -> bool:
    """Whether a call is handed the state as it is."""
    return any(
        state.matches(each.value)
        for call in walk.calls(body)
        if walk.last_name(call.func) not in _LOOKS | _TIMES | _FILLS | {"where"}
        for each in call.arguments
    )
