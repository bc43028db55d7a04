"""Functions that decorators of the project wrap: what is called by their names is the wrapper.

Only wrappers that do something to what they are handed are run: one that takes the time, or writes a log, changes
nothing.
"""

from __future__ import annotations

from collections.abc import Callable as Function
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.memo import by_node
from lstm_lint.model import Span
from lstm_lint.project import FunctionInfo
from lstm_lint.project.types import Scope
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.frame import Frame
from lstm_lint.typestate.paths import Local
from lstm_lint.typestate.values import Callable, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

AS_WRITTEN = -2
"""The frame of a function that is called without its decorators, as its wrapper calls it."""
_MADE = -4
"""The frame of the wrappers that stand for functions."""
NOWHERE = Span(0, 0, 0, 0)
"""Where a function is called from that nothing in view calls."""


def enter(
    run: Interpreter, bound: Callable, arguments: Arguments, span: Span, state: State, enter_each: Function[..., Value]
) -> Value | None:
    """What the wrapper of a function gives in its place; None where there is none that matters.

    ``enter_each`` runs functions of the project.
    """
    function = bound.function
    if not function.fact.decorators or bound.frame == AS_WRITTEN or function.fact.is_generator:
        return None
    around = wrapping(run, function)
    if not around:
        return None
    place = Local(_MADE, function.id)
    if place not in state.env:
        state.env[place] = _made(run, bound, around, state, enter_each)
    made = state.env[place]
    if not made.callables:
        return None
    receiver = () if bound.receiver is None else (bound.receiver,)
    given = Arguments((*receiver, *arguments.positional), arguments.keywords, arguments.stars)
    return enter_each(run, made.callables, given, span, state, False)


def _made(
    run: Interpreter, bound: Callable, around: list[facts.Expr], state: State, enter_each: Function[..., Value]
) -> Value:
    """What decorators make of a function, which they do once: what a wrapper keeps is there when it is called again."""
    function = bound.function
    number = run.frame_number(("decorators", function.id))
    made = Value(callables=frozenset({bound._replace(receiver=None, frame=AS_WRITTEN, after=None)}))
    with run.entered(Frame(number, function.module, function.klass, None)):
        for decorator in around:
            called = run.evaluate(decorator, state).callables
            made = enter_each(run, called, Arguments((made,), ()), decorator.span, state, False)
    return made


def wrapping(run: Interpreter, function: FunctionInfo) -> list[facts.Expr]:
    """The decorators of a function that put something around it which matters, the innermost first."""
    scope = Scope(function.module, function.klass)
    found = []
    for decorator in reversed(function.fact.decorators):
        named = decorator.func if isinstance(decorator, facts.Call) else decorator
        symbol = run.project.typing.callee(named, scope)
        if isinstance(symbol, FunctionInfo) and _touches(symbol.fact):
            found.append(decorator)
    return found


@by_node
def _touches(decorator: facts.FunctionFact) -> bool:
    """Whether a function in a decorator writes to an object, or calls a method of one that it is handed."""
    return any(map(_acts, _inner(decorator)))


def _inner(function: facts.FunctionFact) -> Iterator[facts.FunctionFact]:
    for action in walk.actions(function.body):
        if isinstance(action, facts.Define):
            yield action.function
            yield from _inner(action.function)


def _acts(function: facts.FunctionFact) -> bool:
    handed = {parameter.name for parameter in function.parameters}
    for action in walk.actions(function.body):
        targets = action.targets if isinstance(action, facts.Assign) else ()
        if any(isinstance(target, (facts.Attribute, facts.Subscript)) for target in walk.flat(targets)):
            return True
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Call) and (walk.last_name(expr.func) == "setattr" or _of(expr.func) in handed):
                return True
    return False


def _of(method: facts.Expr) -> str:
    """The variable that a method is called on, or on a part of; empty for a function."""
    base = walk.root(method) if isinstance(method, facts.Attribute) else None
    return base.id if isinstance(base, facts.Name) else ""
