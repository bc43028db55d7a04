"""Tensors in another form: detached, moved, of another shape."""

from __future__ import annotations

from collections.abc import Container

from lstm_lint import facts


def plain(value: facts.Expr, forms: Container[str]) -> facts.Expr:
    """A tensor as it is: without the calls of these methods, and without ``.data``."""
    while True:
        if isinstance(value, facts.Call) and isinstance(value.func, facts.Attribute) and value.func.attr in forms:
            value = value.func.value
        elif isinstance(value, facts.Attribute) and value.attr == "data":
            value = value.value
        else:
            return value
