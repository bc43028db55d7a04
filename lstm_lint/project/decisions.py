"""Functions that give a decision and nothing else: one number, or what was chosen. It is fed back, and is no state."""

from __future__ import annotations

from lstm_lint import facts, walk
from lstm_lint.memo import by_node

_NUMBERS = frozenset({"float", "int", "bool", "round"})
_PLAIN = frozenset({"float", "int", "bool", "str"})
_CHOSEN = frozenset({"item", "argmax"})
_FORMS = frozenset({"cpu", "numpy", "tolist", "squeeze", "unsqueeze", "view", "reshape", "long", "int", "float"})


@by_node
def decides(function: facts.FunctionFact) -> bool:
    """Whether all that a function returns are numbers and choices, or its annotation says so."""
    if isinstance(function.returns, facts.Name) and function.returns.id in _PLAIN:
        return True
    bound = walk.bound_in(function.body)
    return bool(bound.returns) and all(_is_decision(value, bound, 3) for value in bound.returns)


def _is_decision(value: facts.Expr, bound: walk.Bindings, depth: int) -> bool:
    while isinstance(value, facts.Call) and isinstance(value.func, facts.Attribute) and value.func.attr in _FORMS:
        value = value.func.value
    if isinstance(value, facts.Constant):
        return type(value.value) in (int, float, bool)
    if isinstance(value, facts.Call):
        if isinstance(value.func, facts.Name):
            return value.func.id in _NUMBERS
        return walk.last_name(value.func) in _CHOSEN
    if isinstance(value, facts.Operation):
        return all(_is_decision(operand, bound, depth) for operand in value.operands)
    if isinstance(value, facts.Name) and depth:
        made = bound.names.get(value.id, ())
        return bool(made) and all(each.how == "value" and _is_decision(each.expr, bound, depth - 1) for each in made)
    return False
