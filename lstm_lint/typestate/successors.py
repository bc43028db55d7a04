"""A copy of the network in use that is trained apart and then put in its place: ``live = deepcopy(candidate)``.

What both have in common are weights of the past: the state that goes on was made by others than those that read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import FunctionInfo
from lstm_lint.project.fitting import SAME_OBJECT
from lstm_lint.project.learned import OPTIMIZERS
from lstm_lint.project.placed import COPIES, Placed, line_of, pairs, place_each

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter

_TRAINS = frozenset({"backward", "step"})


def is_put_in_place(run: Interpreter, target: facts.Name) -> bool:
    """Whether a variable is bound to a copy of what it stood for, made and trained since in the same round of a loop.

    A copy that was made before the loop and is trained in each round of it is followed, step by step.
    """
    placed = list(place_each(run.frame.body))
    bound = [(each, value) for each, target_, value in _bindings(placed) if target_ is target]
    return any(
        _fitted(run, value, target.id) or _is_trained_copy(run, placed, each, _plain(value), target.id)
        for each, value in bound
    )


def _is_trained_copy(run: Interpreter, placed: list[Placed], put: Placed, value: facts.Expr, name: str) -> bool:
    if not isinstance(value, facts.Name) or value.id == name or not put.loops:
        return False
    for each, target, made in _bindings(placed):
        if not isinstance(target, facts.Name) or target.id != value.id or not _is_one_round(each, put):
            continue
        if _fitted(run, made, name):
            return True
        copied = _plain(made)
        if _is_copy(made) and isinstance(copied, facts.Name) and copied.id == name:
            lines = range(line_of(each.action), line_of(put.action))
            return any(_trains(run, other.action, value.id) for other in placed if line_of(other.action) in lines)
    return False


def _is_one_round(made: Placed, put: Placed) -> bool:
    """Whether what is put in a place was made in the same round of a loop before."""
    return bool(made.loops) and made.loops[-1] in put.loops and line_of(made.action) < line_of(put.action)


def _bindings(placed: list[Placed]) -> Iterator[tuple[Placed, facts.Expr, facts.Expr]]:
    for each in placed:
        if isinstance(each.action, facts.Assign):
            for target, value in pairs(each.action):
                yield each, target, value


def _is_copy(expr: facts.Expr) -> bool:
    return any(walk.last_name(call.func) in COPIES for call in walk.calls_in(expr))


def _plain(expr: facts.Expr) -> facts.Expr:
    """What is copied, or prepared for use: ``net`` of ``copy.deepcopy(net).eval()``."""
    while isinstance(expr, facts.Call):
        if walk.last_name(expr.func) in COPIES and len(expr.arguments) == 1:
            expr = expr.arguments[0].value
        elif isinstance(expr.func, facts.Attribute) and expr.func.attr in SAME_OBJECT:
            expr = expr.func.value
        else:
            break
    return expr


def _trains(run: Interpreter, action: object, name: str) -> bool:
    """Whether an optimizer is given the parameters of a network, or a function that trains is given the network."""
    for call in walk.calls_in(action):
        about = any(
            isinstance(expr, facts.Name) and expr.id == name
            for argument in call.arguments
            for expr in walk.expressions(argument.value)
        )
        if about and (OPTIMIZERS.search(walk.last_name(call.func)) or _training(run, call) is not None):
            return True
    return False


def _training(run: Interpreter, call: facts.Call) -> FunctionInfo | None:
    """The function of the project that is called, where an optimizer steps in it."""
    symbol = run.project.typing.callee(call.func, run.frame.scope)
    if not isinstance(symbol, FunctionInfo):
        return None
    called = {walk.last_name(each.func) for each in walk.calls(symbol.fact.body)}
    return symbol if called >= _TRAINS else None


def _fitted(run: Interpreter, value: facts.Expr, name: str) -> bool:
    """Whether a function is given the network, and trains a copy that it gives back: ``net = refit(net, log)``."""
    value = _plain(value)
    function = _training(run, value) if isinstance(value, facts.Call) else None
    if function is None or not isinstance(value, facts.Call):
        return False
    parameters = [parameter.name for parameter in function.fact.parameters]
    given = [argument.value for argument in value.arguments if not argument.star and argument.keyword is None]
    handed = {own for own, each in zip(parameters, given, strict=False) if walk.chain(each) == name}
    handed |= {each.keyword for each in value.arguments if each.keyword and walk.chain(each.value) == name}
    bound = run.project.typing.bindings(function.fact)
    returned = {
        part.id
        for each in bound.returns
        for part in (each.items if isinstance(each, facts.Display) else (each,))
        if isinstance(part, facts.Name)
    }
    return any(
        _is_copy(each.expr) and walk.chain(_plain(each.expr)) in handed
        for own in returned
        for each in bound.names.get(own, ())
        if each.how == "value"
    )
