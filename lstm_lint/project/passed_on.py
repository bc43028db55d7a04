"""Variables that hold what a function was handed, or an entry of it: ``memory = states[i]``, ``zip(members, states)``.

What stands in them is for the caller to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk

_ENTRIES = frozenset({"get", "pop", "popleft", "__getitem__"})
_EACH = frozenset({"items", "values"})
_THROUGH = frozenset({"enumerate", "list", "tuple", "iter", "reversed", "zip"})


def handed_in(function: facts.FunctionFact, bindings: walk.Bindings) -> frozenset[str]:
    """The parameters of a function, and the variables that are taken out of them."""
    found = {parameter.name for parameter in function.parameters}
    bound = bindings.names
    while True:
        more = {name for name, each in bound.items() if any(_is_taken(one, found) for one in each)} - found
        if not more:
            return frozenset(found)
        found |= more


def is_handed_in(expr: facts.Expr, names: frozenset[str] | set[str]) -> bool:
    """Whether an expression is one of these variables, or an entry of one."""
    return not names.isdisjoint(_sources(expr))


def _is_taken(binding: walk.Binding, names: set[str]) -> bool:
    if binding.how == "value":
        return is_handed_in(binding.expr, names)
    if binding.how == "element":
        return any(is_handed_in(each, names) for each in _gone_through(binding.expr, binding.index))
    return False


def _gone_through(expr: facts.Expr, index: int) -> Iterator[facts.Expr]:
    """What a loop variable, the one at an index of a tuple, is an element of."""
    zipped = walk.zipped(expr, index)
    if zipped is not None:
        yield zipped
    elif not isinstance(expr, facts.Call):
        yield expr
    elif walk.last_name(expr.func) in _EACH and isinstance(expr.func, facts.Attribute):
        yield expr.func.value
    elif walk.last_name(expr.func) in _THROUGH and expr.arguments:
        yield from _gone_through(expr.arguments[0].value, index)


def _sources(expr: facts.Expr) -> Iterator[str]:
    """The variables that an expression may be, or may be an entry of."""
    if isinstance(expr, facts.Name):
        yield expr.id
    elif isinstance(expr, facts.Subscript):
        yield from _sources(expr.value)
    elif isinstance(expr, facts.Conditional):
        yield from (*_sources(expr.then), *_sources(expr.orelse))
    elif isinstance(expr, facts.BoolOp):
        yield from (*_sources(expr.left), *_sources(expr.right))
    elif isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and expr.func.attr in _ENTRIES:
        yield from _sources(expr.func.value)
