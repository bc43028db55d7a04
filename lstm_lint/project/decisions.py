"""Functions that give a decision, or one beside a state: one number, or what was chosen. Fed back, it is no state."""

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


@by_node
def decided(function: facts.FunctionFact) -> frozenset[int]:
    """The places of numbers and choices in the tuples that a function returns, where it returns such and nothing else.

    ``return logits.argmax().item(), h``: the first of the two.
    """
    bound = walk.bound_in(function.body)
    returned = [value.items for value in bound.returns if isinstance(value, facts.Display)]
    if not returned or len(returned) < len(bound.returns) or len({len(items) for items in returned}) > 1:
        return frozenset()
    columns = enumerate(zip(*returned, strict=True))
    return frozenset(place for place, column in columns if all(_is_decision(each, bound, 3) for each in column))


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
