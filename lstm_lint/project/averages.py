"""Weights that are the average of those of several: ``merged[key] = sum(w[key] * n / total for w, n in uploads)``.

What a federated server gives back to its clients is no trained copy that they follow in small steps: each of them has
gone its own way meanwhile, and gets weights that it has never had.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.beginning import names_in
from lstm_lint.project.symbols import FunctionInfo

_AVERAGES = frozenset({"sum", "mean", "average", "fmean"})


class Averages:
    """The averages that the functions of a project make."""

    def __init__(self, functions: Iterable[FunctionInfo]) -> None:
        known = list(functions)
        self._made_by = {function.fact.name for function in known if _gives(function.fact)}
        kinds: dict[str, set[bool]] = {}
        for function in known:
            if function.klass is not None and function.fact.name not in ("__init__", "__post_init__"):
                for attr, value in _assigned(function.fact):
                    kinds.setdefault(attr, set()).add(self.is_one(value, function.fact.body))
        self.attributes = frozenset(attr for attr, found in kinds.items() if found == {True})
        """Those that are assigned nothing else, apart from what the constructors of their classes begin with."""

    def is_one(self, value: facts.Expr, body: Shape) -> bool:
        """Whether an expression in a function is an average, or a call of a function that gives one."""
        if isinstance(value, facts.Call):
            return walk.last_name(value.func) in self._made_by
        return _is_average(value, body)

    def is_bound_to_one(self, name: str, body: Shape) -> bool:
        """Whether a variable is, each time that it is bound."""
        bound = walk.bound_in(body).names.get(name, ())
        return bool(bound) and all(each.how == "value" and self.is_one(each.expr, body) for each in bound)


def _gives(function: facts.FunctionFact) -> bool:
    """Whether all that a function returns is averages."""
    returns = walk.bindings(function).returns
    return bool(returns) and all(_is_average(value, function.body) for value in returns)


def _assigned(function: facts.FunctionFact) -> Iterator[tuple[str, facts.Expr]]:
    for action in walk.actions(function.body):
        for target in action.targets if isinstance(action, facts.Assign) else ():
            if isinstance(action, facts.Assign) and isinstance(target, facts.Attribute):
                yield target.attr, action.value


def _is_average(value: facts.Expr, body: Shape) -> bool:
    """Whether a value is a dict that is filled, entry by entry, with what several have under the same key."""
    if isinstance(value, facts.Comprehension):
        return value.key is not None and _averages(value.element, names_in(value.key))
    if not isinstance(value, facts.Name):
        return False
    entries = [
        (target.index, action.value)
        for action in walk.actions(body)
        for target in (action.targets if isinstance(action, facts.Assign) else ())
        if isinstance(action, facts.Assign) and isinstance(target, facts.Subscript)
        if isinstance(target.value, facts.Name) and target.value.id == value.id
    ]
    if entries:
        return all(_averages(element, names_in(key)) for key, element in entries)
    bound = walk.bound_in(body).names.get(value.id, ())
    return len(bound) == 1 and isinstance(bound[0].expr, facts.Comprehension) and _is_average(bound[0].expr, body)


def _averages(element: facts.Expr, key: set[str]) -> bool:
    """Whether an entry is the sum or mean, over several, of their entry under this key."""
    called = any(walk.last_name(call.func) in _AVERAGES for call in walk.calls_in(element))
    return called and any(
        isinstance(each, facts.Subscript) and key and key <= names_in(each.index)
        for inner in walk.expressions(element)
        if isinstance(inner, facts.Comprehension)
        for each in walk.expressions(inner.element)
    )
