"""Parameters by which a network wipes its state, told by what is done with them: ``h * (1 - fresh)``."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.vocabulary.names import looks_like_state


def wiping_parameters(function: facts.FunctionFact) -> Iterator[tuple[int, str]]:
    """The parameters of a method that it multiplies a state by as ``1 - flag``, with their places in a call.

    A share of the old state in the new one, ``(1 - a) * h + a * x``, is no flag.
    """
    products = [
        expr.operands
        for action in walk.actions(function.body)
        for expr in walk.expressions(action)
        if isinstance(expr, facts.Operation) and expr.op == "*"
    ]
    shares = {walk.last_name(_plain(operand)) for operands in products for operand in operands}
    flags = {name for operands in products for name in _wiping(operands)} - shares
    for place, parameter in enumerate(function.parameters[1:]):
        if parameter.name in flags:
            yield place, parameter.name


def _wiping(operands: tuple[facts.Expr, ...]) -> Iterator[str]:
    for operand in operands:
        others = [_plain(each) for each in operands if each is not operand]
        if any(looks_like_state(walk.last_name(each)) for each in others):
            yield from _flag(_plain(operand))


def _flag(expr: facts.Expr) -> Iterator[str]:
    """``flag`` of ``1 - flag``."""
    if isinstance(expr, facts.Operation) and expr.op == "-" and len(expr.operands) == 2:
        one, flag = expr.operands[0], _plain(expr.operands[1])
        if isinstance(one, facts.Constant) and one.value == 1 and isinstance(flag, facts.Name):
            yield flag.id


def _plain(expr: facts.Expr) -> facts.Expr:
    """A tensor or an entry of one, without the calls that only give it another shape or type."""
    while True:
        if isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute):
            expr = expr.func.value
        elif isinstance(expr, facts.Subscript):
            expr = expr.value
        else:
            return expr
