"""Writes that reach no state: ``h[done].zero_()`` clears a copy, ``h.masked_fill(done, 0)`` gives one that is dropped.

An index that is a mask, or a list of numbers, makes a copy; a number or a slice gives a view, and a dict holds things
themselves.
"""

from __future__ import annotations

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.typestate import masks
from lstm_lint.typestate.row_flags import flags_in
from lstm_lint.typestate.row_tests import PICKS

_IN_PLACE = frozenset({"zero_", "fill_", "mul_"})
_GIVES = frozenset({"masked_fill", "mul"})
_ROWS = frozenset({"as_tensor", "tensor", "from_numpy", "logical_or"})
_FLAT = frozenset({"flatten", "ravel", "view", "reshape", "tolist", "to", "cpu", "cuda", "long", "numpy"})
"""Methods that leave the numbers of rows a list of them."""


def is_lost(shape: Shape, action: object) -> bool:
    """Whether an action only writes into a copy of some rows, or drops what it makes of a state."""
    call = action.value if isinstance(action, facts.Evaluate) else None
    if not isinstance(call, facts.Call) or not isinstance(call.func, facts.Attribute):
        return False
    if call.func.attr in _GIVES:
        return bool(call.arguments)
    return call.func.attr in _IN_PLACE and is_copy(shape, call.func.value)


def is_copy(shape: Shape, expr: facts.Expr) -> bool:
    """Whether an expression picks rows by a mask that says where episodes ended, or by the numbers of some rows."""
    if not isinstance(expr, facts.Subscript):
        return False
    parts = _parts(expr.index)
    if any(_is_numbers(shape, part) for part in parts):
        return True
    found = [flag for part in parts for flag, _ in flags_in(part) if masks.is_flag(flag)]
    return bool(found) and all(_is_mask(shape, flag) for flag in found)


def picks(action: object) -> bool:
    """Whether an action only finds the numbers of some rows: ``ended = np.where(done)[0]``."""
    if not isinstance(action, facts.Assign):
        return False
    return _gives_numbers(action.value) or _is_picking(action.value)


def _parts(index: facts.Expr) -> tuple[facts.Expr, ...]:
    """The index of each axis: ``h[:, rows]``, ``h[rows, 0]``."""
    if isinstance(index, facts.Display) and index.kind == "tuple":
        return index.items
    if isinstance(index, facts.Operation) and any(map(_is_slice, index.operands)):
        return tuple(part for part in index.operands if not _is_slice(part))
    return (index,)


def _is_slice(expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Operation) and expr.op == "slice"


def _is_numbers(shape: Shape, index: facts.Expr) -> bool:
    """Whether an index is a list or tensor of the numbers of rows, and never one number."""
    if isinstance(index, facts.Name):
        bound = walk.bound_in(shape).names.get(index.id, [])
        return bool(bound) and all(
            (each.how == "value" and _gives_numbers(each.expr)) or (each.how == "item" and _is_picking(each.expr))
            for each in bound
        )
    return _gives_numbers(index)


def _gives_numbers(expr: facts.Expr) -> bool:
    if isinstance(expr, facts.Comprehension):
        return (
            expr.kind == "list" and isinstance(expr.element, facts.Name) and any(each.tests for each in expr.clauses)
        )
    if isinstance(expr, facts.Subscript) and _is_picking(expr.value):
        return isinstance(expr.index, facts.Constant) and expr.index.value == 0  # of the tuple that `where` gives
    if isinstance(expr, facts.Call) and walk.last_name(expr.func) in _ROWS and expr.arguments:
        return _gives_numbers(expr.arguments[0].value)
    if isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and _is_flat(expr):
        return _gives_numbers(expr.func.value)
    return _is_picking(expr)


def _is_flat(call: facts.Call) -> bool:
    """Whether a method gives the same numbers, and a list of them where there is one alone."""
    name = walk.last_name(call.func)
    return name in _FLAT or (name == "squeeze" and bool(call.arguments))


def _is_picking(expr: facts.Expr) -> bool:
    """Whether a call gives the places where one condition is true: ``where(done)``, ``done.nonzero()``."""
    if not isinstance(expr, facts.Call) or walk.last_name(expr.func) not in PICKS - {"compress"}:
        return False
    return len([each for each in expr.arguments if each.keyword is None]) < 2


def _is_mask(shape: Shape, flag: facts.Expr) -> bool:
    """Whether a flag is one of many rows: made here, of what a step says or as a tensor, and no count or key."""
    if not isinstance(flag, facts.Name):
        return False
    bound = walk.bound_in(shape).names.get(flag.id, [])
    return bool(bound) and all(
        (each.how == "value" and _is_rows(each.expr)) or each.how == "item" for each in bound
    )


def _is_rows(expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Operation) or (isinstance(expr, facts.Call) and walk.last_name(expr.func) in _ROWS)
