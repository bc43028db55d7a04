"""Weights that are the average of those of several: ``merged[key] = sum(w[key] * n / total for w, n in uploads)``.

What a federated server gives back to its clients is no trained copy that they follow in small steps: each of them has
gone its own way meanwhile, and gets weights that it has never had.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Loop, Shape
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
        """Whether a variable is, each time that it is bound but where it begins with the weights of a network."""
        bound = walk.bound_in(body).names.get(name, ())
        kinds = [each.how == "value" and self.is_one(each.expr, body) for each in bound]
        return any(kinds) and all(kind or _begins(each.expr) for kind, each in zip(kinds, bound, strict=True))

    def names_of_networks(self, function: FunctionInfo) -> Iterator[str]:
        """What the networks are called, in a function, that averages are loaded into, or written into one by one."""
        body = function.fact.body
        for call in walk.calls(body):
            if walk.last_name(call.func) == "load_state_dict" and isinstance(call.func, facts.Attribute):
                given = call.arguments[0].value if call.arguments else None
                if given is not None and self._is_here(given, body):
                    yield walk.last_name(call.func.value)
        for loop in walk.loops(body):
            name = _written_through(loop)
            if name:
                yield name

    def _is_here(self, value: facts.Expr, body: Shape) -> bool:
        if self.is_one(value, body):
            return True
        return isinstance(value, facts.Name) and self.is_bound_to_one(value.id, body)


def _begins(value: facts.Expr) -> bool:
    return any(walk.last_name(call.func) == "state_dict" for call in walk.calls_in(value))


def _written_through(loop: Loop) -> str:
    """The network whose parameters a loop goes through by name, where it writes averages under that into each."""
    head = loop.head
    if not isinstance(head, facts.Iterate) or not isinstance(head.iterable, facts.Call):
        return ""
    func = head.iterable.func
    if not isinstance(func, facts.Attribute) or func.attr != "named_parameters":
        return ""
    bound = [part.id for part in walk.flat((head.target,)) if isinstance(part, facts.Name)]
    for call in walk.calls(loop.body):
        if (
            walk.last_name(call.func) == "copy_"
            and call.arguments
            and _averages(call.arguments[0].value, set(bound[:1]))
        ):
            return walk.last_name(func.value)
    return ""


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
    if entries and all(_averages(element, names_in(key)) for key, element in entries):
        return True
    if _is_summed_up(value.id, [element for _, element in entries], body):
        return True
    if entries:
        return False
    bound = walk.bound_in(body).names.get(value.id, ())
    return len(bound) == 1 and isinstance(bound[0].expr, facts.Comprehension) and _is_average(bound[0].expr, body)


def _is_summed_up(name: str, entries: list[facts.Expr], body: Shape) -> bool:
    """Whether each entry of a dict is added up, round by round, of those of several, and divided by how many."""
    changes = [
        (action.op, action.target.index, action.value)
        for action in walk.actions(body)
        if isinstance(action, facts.Augment) and isinstance(action.target, facts.Subscript)
        if isinstance(action.target.value, facts.Name) and action.target.value.id == name
    ]
    added = [(names_in(key), value) for op, key, value in changes if op == "+"]
    divided = [_is_divided(value, name) for value in entries]
    return (
        bool(added)
        and all(key and _is_under(key, value) for key, value in added)
        and (any(divided) or any(op == "/" for op, _, _ in changes))
        and all(divided)
    )


def _is_divided(value: facts.Expr, name: str) -> bool:
    """Whether a value is what is in a dict by something: ``total[k] / n``, ``torch.div(total[k], n)``."""
    by_call = isinstance(value, facts.Call) and walk.last_name(value.func) in ("div", "true_divide", "divide")
    by_sign = isinstance(value, facts.Operation) and value.op == "/"
    return (by_call or by_sign) and name in names_in(value)


def _is_under(key: set[str], value: facts.Expr) -> bool:
    """Whether a value has an entry of something under this key in it."""
    return any(isinstance(each, facts.Subscript) and key <= names_in(each.index) for each in walk.expressions(value))


def _averages(element: facts.Expr, key: set[str]) -> bool:
    """Whether an entry is the sum or mean, over several, of their entry under this key."""
    called = any(walk.last_name(call.func) in _AVERAGES for call in walk.calls_in(element))
    return (
        called
        and bool(key)
        and any(
            _is_under(key, inner.element)
            for inner in walk.expressions(element)
            if isinstance(inner, facts.Comprehension)
        )
    )
