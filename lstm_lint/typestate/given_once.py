"""Functions that run once and give the same object at each call after that: ``@functools.cache``.

What such a function made is no new object to whoever calls it again: a load into it meets the state that it has by
then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project import FunctionInfo
from lstm_lint.project.symbols import External
from lstm_lint.project.types import Scope
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import Local
from lstm_lint.typestate.values import Callable

if TYPE_CHECKING:
    from lstm_lint.project import Project
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

KEPT = -3
"""The frame of what functions gave that run once."""
CLEARS = frozenset({"cache_clear", "clear"})
_KEYED = frozenset({"enumerate", "items"})
_STANDARD = frozenset({"functools.cache", "functools.lru_cache"})


def place_of(run: Interpreter, bound: Callable, arguments: Arguments, span: Span) -> Local | None:
    """Where what a function gives is kept that runs once; None for any other function.

    What it is handed says which of several it gives: literals do by themselves, and what is handed at one place in the
    code is taken to be the same each time, unless a loop around it hands over another one in each round.
    """
    function = bound.function
    if not function.fact.decorators or not is_run_once(run.project, function):
        return None
    name = function.id
    if bound.receiver is not None:
        name = f"{name} of {', '.join(sorted(map(str, bound.receiver.refs)))}"
    given = (*arguments.positional, *(value for _, value in arguments.keywords), *arguments.stars)
    if all(value.const is not None for value in given):
        said = ", ".join(repr(value.const.value) for value in given if value.const is not None)
        return Local(KEPT, f"{name} ({said})" if said else name)
    if _turns(run, span):
        return None
    return Local(KEPT, f"{name} {run.frame.qualname}:{span.line}:{span.column}")


def is_run_once(project: Project, function: FunctionInfo) -> bool:
    """Whether a decorator of a library keeps what the function gives, for all calls or for those with one key."""
    for decorator in function.fact.decorators:
        named = decorator.func if isinstance(decorator, facts.Call) else decorator
        symbol = project.typing.callee(named, Scope(function.module, function.klass))
        if isinstance(symbol, External):
            row = project.vocabulary.functions.get(symbol.dotted)
            if symbol.dotted in _STANDARD or (row is not None and row.once):
                return True
    return False


def cleared(run: Interpreter, functions: frozenset[Callable], state: State) -> None:
    """``make.cache_clear()``: the next call makes another object."""
    names = {each.function.id for each in functions if is_run_once(run.project, each.function)}
    for place in [place for place in state.env if place.frame == KEPT] if names else ():
        if place.name.partition(" ")[0] in names:
            del state.env[place]


def _turns(run: Interpreter, span: Span) -> bool:
    """Whether a call is handed what a loop around it comes to once: ``for name in names``, ``in table.items()``."""
    for loop in walk.loops(run.frame.body):
        head = loop.head if isinstance(loop.head, facts.Iterate) else None
        if head is not None and _comes_once(head.target, head.iterable, walk.call_at(loop.body, span)):
            return True
    for action in walk.actions(run.frame.body) if span in walk.spans(run.frame.body) else ():
        for expr in walk.expressions(action):
            for clause in expr.clauses if isinstance(expr, facts.Comprehension) else ():
                call = next((each for each in walk.calls_in(expr) if each.span == span), None)
                if _comes_once(clause.target, clause.iterable, call):
                    return True
    return False


def _comes_once(target: facts.Expr, iterable: facts.Expr, call: facts.Call | None) -> bool:
    """Whether a loop goes through keys, each another one, and hands one of them to a call in it."""
    if call is None or not (isinstance(target, facts.Name) or walk.last_name(_function(iterable)) in _KEYED):
        return False
    bound = {each.id for each in walk.flat((target,)) if isinstance(each, facts.Name)}
    return any(isinstance(e, facts.Name) and e.id in bound for a in call.arguments for e in walk.expressions(a.value))


def _function(expr: facts.Expr) -> facts.Expr:
    return expr.func if isinstance(expr, facts.Call) else expr
