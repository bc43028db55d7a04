"""Attributes that hold tensors and no objects with weights of their own: a product of weights with a mask is one."""

from __future__ import annotations

from lstm_lint import facts, walk
from lstm_lint.project.classes import Classes, ClassRef
from lstm_lint.project.inference import Typing
from lstm_lint.project.symbols import ClassInfo

_ARITHMETIC = frozenset({"*", "@", "+", "-", "/"})
_MADE = frozenset({"Parameter", "dropout", "zeros_like", "ones_like", "randn_like", "clamp", "matmul", "einsum"})


def is_one(classes: Classes, typing: Typing, ref: ClassRef, attr: str) -> bool:
    """Whether a method of a class puts there what arithmetic makes, or a parameter."""
    return any(
        binding.how == "value" and _is_computed(binding.expr)
        for base in classes.lineage(ref)
        if isinstance(base, ClassInfo)
        for function in base.fact.functions.values()
        for binding in typing.bindings(function).attributes.get(attr, ())
    )


def _is_computed(expr: facts.Expr) -> bool:
    if isinstance(expr, facts.Operation):
        return expr.op in _ARITHMETIC and len(expr.operands) == 2 and not _is_text(expr)
    return isinstance(expr, facts.Call) and walk.last_name(expr.func) in _MADE


def _is_text(expr: facts.Operation) -> bool:
    """Whether strings or lists are put together."""
    return any(
        isinstance(each, facts.Display) or (isinstance(each, facts.Constant) and isinstance(each.value, str))
        for each in expr.operands
    )
