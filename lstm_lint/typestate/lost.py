"""Writes that reach no state: ``h[done].zero_()`` clears a copy, ``h.masked_fill(done, 0)`` gives one that is dropped.

An index that is a mask or a list makes a copy; a number or a slice gives a view, and what a dict holds is itself.
"""

from __future__ import annotations

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.typestate import masks
from lstm_lint.typestate.row_flags import flags_in

_IN_PLACE = frozenset({"zero_", "fill_", "mul_"})
_GIVES = frozenset({"masked_fill", "mul"})
_ROWS = frozenset({"as_tensor", "tensor", "from_numpy", "logical_or"})


def is_lost(shape: Shape, action: object) -> bool:
    """Whether an action only writes into a copy of some rows, or drops what it makes of a state."""
    call = action.value if isinstance(action, facts.Evaluate) else None
    if not isinstance(call, facts.Call) or not isinstance(call.func, facts.Attribute):
        return False
    if call.func.attr in _GIVES:
        return bool(call.arguments)
    return call.func.attr in _IN_PLACE and is_copy(shape, call.func.value)


def is_copy(shape: Shape, expr: facts.Expr) -> bool:
    """Whether an expression picks rows by a mask that says where episodes ended."""
    if not isinstance(expr, facts.Subscript):
        return False
    found = [flag for flag, _ in flags_in(expr.index) if masks.is_flag(flag)]
    return bool(found) and all(_is_mask(shape, flag) for flag in found)


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
