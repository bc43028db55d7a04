"""How code makes sequences and batches of length one."""

from __future__ import annotations

from lstm_lint import facts, walk


def is_one_long(expr: facts.Expr) -> bool:
    """Whether an expression makes a sequence of one step in a batch of one, whichever comes first."""
    if isinstance(expr, facts.Subscript) and isinstance(expr.index, facts.Display):
        return [_is_none(item) for item in expr.index.items[:2]] == [True, True]
    if not isinstance(expr, facts.Call) or not isinstance(expr.func, facts.Attribute):
        return False
    values = [argument.value for argument in expr.arguments]
    if expr.func.attr in ("view", "reshape"):
        parts = values[0].items if len(values) == 1 and isinstance(values[0], facts.Display) else tuple(values)
        return len(parts) > 2 and all(isinstance(part, facts.Constant) and part.value == 1 for part in parts[:2])
    inner = expr.func.value
    return (
        expr.func.attr == "unsqueeze"
        and isinstance(inner, facts.Call)
        and isinstance(inner.func, facts.Attribute)
        and inner.func.attr == "unsqueeze"
    )


def adds_one(expr: facts.Expr) -> bool:
    """Whether an expression makes a batch of one, or a sequence of one: ``x.unsqueeze(0)``, ``x[None]``."""
    if isinstance(expr, facts.Subscript):
        return _is_none(expr.index)
    return isinstance(expr, facts.Call) and walk.last_name(expr.func) == "unsqueeze"


def _is_none(expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Constant) and expr.value is None
