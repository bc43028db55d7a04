"""The names of the networks that a module hands to optimizers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project import Module
from lstm_lint.project.learned import OPTIMIZERS


class Optimized(NamedTuple):
    """The names of what is handed to optimizers, as variables and as the last ones of longer ways.

    `own` are those attributes that methods hand there of their own objects, with the qualified names of the classes,
    and `loose` the others.
    """

    variables: frozenset[str]
    attributes: frozenset[str]
    own: frozenset[tuple[str, str]]
    loose: frozenset[str]


class _Owner(NamedTuple):
    """What is asked for its parameters, in a method of which class, and how that calls its own object."""

    expr: facts.Expr
    klass: str
    first: str


def trained(known: dict[int, Optimized], module: Module) -> frozenset[str]:
    """The last names of what the module hands to an optimizer: ``net`` in ``Adam(self.net.parameters())``."""
    found = optimized(known, module)
    return found.variables | found.attributes


def optimized(known: dict[int, Optimized], module: Module) -> Optimized:
    """The same, by how they are written."""
    found = known.get(id(module))
    if found is None:
        owners = _collect(module)
        variables = frozenset(each.expr.id for each in owners if isinstance(each.expr, facts.Name))
        attributes = [(each.expr.attr, each) for each in owners if isinstance(each.expr, facts.Attribute)]
        own = [(name, each.klass) for name, each in attributes if walk.chain(each.expr) == f"{each.first}.{name}"]
        loose = [name for name, each in attributes if walk.chain(each.expr) != f"{each.first}.{name}"]
        found = known[id(module)] = Optimized(
            variables, frozenset(name for name, _ in attributes), frozenset(own), frozenset(loose)
        )
    return found


def _collect(module: Module) -> list[_Owner]:
    owners: list[_Owner] = []
    given: set[str] = set()
    lists: dict[str, list[_Owner]] = {}
    todo: list[tuple[Shape, str, str]] = [(module.facts.body, "", "")]
    while todo:
        shape, klass, first = todo.pop()
        for action in walk.actions(shape):
            if isinstance(action, facts.Define):
                is_method = bool(klass) and not first and bool(action.function.parameters)
                todo.append((action.function.body, klass, action.function.parameters[0].name if is_method else first))
            elif isinstance(action, facts.DefineClass):
                todo.append((action.klass.body, action.klass.qualname, ""))
            else:
                for expr in walk.expressions(action):
                    if isinstance(expr, facts.Call) and OPTIMIZERS.search(walk.last_name(expr.func)):
                        owners += [_Owner(each, klass, first) for each in _parameter_owners(expr)]
                        given |= {walk.last_name(argument.value) for argument in expr.arguments}
                if isinstance(action, (facts.Assign, facts.Augment)):
                    targets = action.targets if isinstance(action, facts.Assign) else (action.target,)
                    asked = [_Owner(each, klass, first) for each in _parameter_owners(action.value)]
                    for target in targets:
                        lists.setdefault(walk.last_name(target), []).extend(asked)
    for name in given - {""}:  # `self.params = list(net.parameters())` … `Adam(self.params)`
        owners += lists.get(name, [])
    return owners


def _parameter_owners(value: facts.Expr) -> Iterator[facts.Expr]:
    """What is asked for its parameters in an expression, and what that is a part of."""
    for expr in walk.expressions(value):
        named = expr.func if isinstance(expr, facts.Call) else None
        if isinstance(named, facts.Attribute) and named.attr in ("parameters", "named_parameters"):
            yield named.value
            if isinstance(named.value, facts.Attribute) and isinstance(named.value.value, facts.Attribute):
                yield named.value.value  # `self.policy.lstm.parameters()`: the policy is trained
