"""Objects that loops go through: whose elements the ``__iter__`` of a class gives."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk

_AS_THEY_ARE = frozenset({"iter", "list", "tuple", "sorted", "reversed"})


def goes_through(function: facts.FunctionFact) -> str:
    """The attribute of its object whose elements an ``__iter__`` gives, one by one; empty where it is none."""
    first = function.parameters[0].name if function.parameters else ""
    found = {_own(expr, first) for action in walk.actions(function.body) for expr in _given(action)}
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def _given(action: object) -> Iterator[facts.Expr]:
    """``return iter(self.members)``, ``yield from self.members``, ``for member in self.members: yield member``."""
    if isinstance(action, facts.Return) and action.value is not None:
        yield action.value
    elif isinstance(action, facts.Iterate):
        yield action.iterable
    elif isinstance(action, facts.Evaluate):
        yielded = action.value.value if isinstance(action.value, facts.Yield) else None
        yield from () if yielded is None else (yielded,)


def _own(expr: facts.Expr, first: str) -> str:
    while isinstance(expr, facts.Call):
        if walk.last_name(expr.func) in _AS_THEY_ARE and expr.arguments:
            expr = expr.arguments[0].value
        elif isinstance(expr.func, facts.Attribute) and expr.func.attr in ("values", "__iter__"):
            expr = expr.func.value
        else:
            return ""
    return expr.attr if isinstance(expr, facts.Attribute) and walk.chain(expr.value) == first else ""
