"""Functions that see to the objects in a collection of their module: they take them out, exchange them, or ask for any.

What becomes of the states in those is not followed entry by entry; whoever does so has thought of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.project import FunctionInfo
from lstm_lint.project.symbols import Symbols

_TAKES_OUT = frozenset({"clear", "pop", "popitem", "remove", "discard"})


def sees_to(function: FunctionInfo, name: str, symbols: Symbols) -> bool:
    """Whether a function, or one of its module that it calls, does so with what a variable of the module holds."""
    return any(name in each.fact.mentions and _sees_to(each.fact, name) for each in _called(function, symbols))


def _called(function: FunctionInfo, symbols: Symbols) -> Iterator[FunctionInfo]:
    yield function
    for call in walk.calls(function.fact.body):
        if isinstance(call.func, facts.Name):
            symbol = symbols.resolve(function.module, call.func.id)
            if isinstance(symbol, FunctionInfo):
                yield symbol


def _sees_to(function: facts.FunctionFact, name: str) -> bool:
    tests = [*(each.test for each in walk.branches(function.body)), *(each.test for each in walk.loops(function.body))]
    if any(_names(test, name) for test in tests):
        return True
    for action in walk.actions(function.body):
        targets = action.targets if isinstance(action, (facts.Assign, facts.Delete)) else ()
        if any(_is(walk.container(target), name) for target in targets):
            return True
        for call in walk.calls_in(action):
            func = call.func
            if isinstance(func, facts.Attribute) and func.attr in _TAKES_OUT and _is(func.value, name):
                return True
    return False


def _names(test: object, name: str) -> bool:
    return test is not None and any(_is(expr, name) for expr in walk.expressions(test))


def _is(expr: facts.Expr, name: str) -> bool:
    return walk.last_name(expr) == name
