"""Whether a network whose weights are handed on is the one that is trained there, and not one of several rivals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lstm_lint import facts, walk
from lstm_lint.project.placed import pairs
from lstm_lint.project.symbols import FunctionInfo

_LEARNS = re.compile(r"^_*(train|learn|fit|optimi[sz]e|backprop\w*|update)(_(step|batch|model|net|network|policy))?$")
OPTIMIZERS = re.compile(r"(adam\w*|sgd|rmsprop|adagrad|lbfgs|lion|radam|nadam|optim\w*|\w*optimizer)$", re.IGNORECASE)
_LOADS = frozenset({"load_state_dict", "load_weights", "set_weights", "set_parameters"})
_STARTS = re.compile(r"^_*(__init__|load|restore|resume|setup|set_up|init\w*|main)(_|$)")


def is_learned(network: str, function: FunctionInfo, functions: Iterable[FunctionInfo]) -> bool:
    """Whether a function trains a network, or hands it to what does, and nothing else gives that network weights.

    The network is an attribute of the own object, or a variable that the function gives a new object: the current
    one of a list may be any member of a population. A function inside a method sees the object of the method.
    """
    own = network.startswith("self.") and network.count(".") == 1
    around = function.fact.qualname.partition(".")[0]
    near = [each for each in functions if each.module is function.module and _is_within(each, around)] if own else []
    near = near or [function]
    if not own and not _is_made(network, function):
        return False
    trained = any(hands_over(call, network) for each in near for call in walk.calls(each.fact.body))
    return trained and not any(_loads(each, network) for each in near)


def _is_within(function: FunctionInfo, around: str) -> bool:
    return function.fact.qualname.partition(".")[0] == around


def hands_over(call: facts.Call, network: str) -> bool:
    """``learn(flags, self.net, batch)``, of whatever object ``learn`` is a method, or ``Adam(net.parameters())``."""
    if OPTIMIZERS.search(walk.last_name(call.func)):
        given = [each.value.func for each in call.arguments if isinstance(each.value, facts.Call)]
        return any(walk.last_name(func) == "parameters" and _owner(func) == network for func in given)
    return _LEARNS.search(walk.last_name(call.func)) is not None and any(
        walk.chain(each.value) == network for each in call.arguments
    )


def _owner(func: facts.Expr) -> str | None:
    return walk.chain(func.value) if isinstance(func, facts.Attribute) else None


def _loads(function: FunctionInfo, network: str) -> bool:
    if _STARTS.search(function.fact.name) or _LOADS.isdisjoint(function.fact.mentions):
        return False
    return any(
        isinstance(call.func, facts.Attribute) and call.func.attr in _LOADS and walk.chain(call.func.value) == network
        for call in walk.calls(function.fact.body)
    )


def _is_made(network: str, function: FunctionInfo) -> bool:
    """Whether a variable holds what a class made, and never another object."""
    values = list(_bound(network, function))
    return bool(values) and all(
        isinstance(value, facts.Call) and re.match(r"[A-Z]", walk.last_name(walk.root(value.func)) or "")
        for value in values
    )


def _bound(network: str, function: FunctionInfo) -> Iterator[facts.Expr]:
    for action in walk.actions(function.fact.body):
        if isinstance(action, facts.Assign):
            yield from (value for target, value in pairs(action) if walk.chain(target) == network)
        elif isinstance(action, facts.Iterate) and _names(action.target, network):
            yield action.iterable


def _names(target: facts.Expr, network: str) -> bool:
    return any(walk.chain(each) == network for each in walk.expressions(target))
