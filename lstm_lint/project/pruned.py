"""Containers that are bound again to what was in them: ``pool = pool[-8:]``, ``pool = pool + [weights]``."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk

_SAME_ITEMS = frozenset({"list", "tuple", "set", "dict", "sorted", "reversed", "deque", "sample", "nlargest",
                         "nsmallest", "OrderedDict"})  # fmt: skip
_OF_A_DICT = frozenset({"items", "values", "copy"})


def keeps(value: facts.Expr, name: str) -> bool:
    """Whether a value is a container with items of the one of that name, as they are: all, some, or some and more."""
    if isinstance(value, (facts.Name, facts.Attribute)):
        return walk.chain(value) == name
    if isinstance(value, facts.Subscript):
        return isinstance(value.index, facts.Operation) and value.index.op == "slice" and keeps(value.value, name)
    if isinstance(value, facts.Call):
        if isinstance(value.func, facts.Attribute) and value.func.attr in _OF_A_DICT and not value.arguments:
            return keeps(value.func.value, name)
        same = walk.last_name(value.func) in _SAME_ITEMS
        return same and any(keeps(each.value, name) for each in value.arguments if each.keyword is None)
    if isinstance(value, facts.Comprehension):
        over = [clause for clause in value.clauses if keeps(clause.iterable, name)]
        return any(_passes_on(value, clause) for clause in over)
    if isinstance(value, facts.Conditional):
        return keeps(value.then, name) or keeps(value.orelse, name)
    if isinstance(value, facts.Operation) and value.op == "+":
        return any(keeps(each, name) for each in value.operands)
    if isinstance(value, facts.Display):
        return any(isinstance(each, facts.Starred) and keeps(each.value, name) for each in value.items)
    return False


def added(value: facts.Expr, name: str) -> Iterator[facts.Expr]:
    """What a container has besides the items of the one of that name that it keeps."""
    if isinstance(value, facts.Subscript) or (isinstance(value, facts.Call) and value.arguments):
        inner = value.value if isinstance(value, facts.Subscript) else value.arguments[0].value
        if keeps(value, name):
            yield from added(inner, name)
    elif isinstance(value, facts.Operation) and keeps(value, name):
        yield from (each for each in value.operands if not keeps(each, name))
    elif isinstance(value, facts.Display) and keeps(value, name):
        yield from (each for each in value.items if not isinstance(each, facts.Starred))


def _passes_on(value: facts.Comprehension, clause: facts.Clause) -> bool:
    """Whether the elements are those of what is gone through: ``w for w in pool``, ``(n, w) for n, w in pool``."""
    parts = [value.element] if value.key is None else [value.key, value.element]
    items = [item for part in parts for item in _flat(part)]
    names = {item.id for item in items if isinstance(item, facts.Name)}
    return all(isinstance(item, facts.Name) for item in items) and names <= walk.chains(clause.target)


def _flat(expr: facts.Expr) -> tuple[facts.Expr, ...]:
    return expr.items if isinstance(expr, facts.Display) else (expr,)
