"""Parameters by which a network wipes its state, told by what is done with them: ``h * (1 - fresh)``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from lstm_lint import facts, walk
from lstm_lint.vocabulary.names import looks_like_state

_ALIKE = frozenset({"float", "double", "half", "int", "long", "bool", "to", "type", "type_as", "astype"})
_ALIKE |= {"view", "reshape", "unsqueeze", "squeeze", "expand", "expand_as", "contiguous", "flatten", "unbind"}
"""Methods that give a flag another shape or type, and leave what it says."""


def wiping_parameters(function: facts.FunctionFact) -> Iterator[tuple[int, str]]:
    """The parameters of a method that it multiplies a state by as ``1 - flag``, with their places in a call.

    Or as ``~flag``, and by way of variables: ``for x, going in zip(xs, (~flag).float())``, ``going * h``.
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
    flags |= set(_by_variables(function, products))
    for place, parameter in enumerate(function.parameters[1:]):
        if parameter.name in flags:
            yield place, parameter.name


def _by_variables(function: facts.FunctionFact, products: list[tuple[facts.Expr, ...]]) -> Iterator[str]:
    """The parameters whose negation a state is multiplied by, where variables stand for the one or for the other."""
    bound = list(_bound(function))
    names = {each.id for _, value in bound for each in walk.expressions(value) if isinstance(each, facts.Name)}
    states = {target for target, value in bound if looks_like_state(walk.last_name(_alike(value)))}
    for parameter in function.parameters[1:]:
        found = _negations(parameter.name, bound) if parameter.name in names else frozenset({(parameter.name, True)})
        shares = {(name, True) for name, _ in found} & {_said(each, found) for each in chain.from_iterable(products)}
        for operands in products if not shares else ():
            told = [each for each in operands if _said(each, found)[1] is False]
            others = {walk.last_name(_plain(each)) for each in operands if each not in told}
            if told and any(name in states or looks_like_state(name) for name in others):
                yield parameter.name


_Said = frozenset[tuple[str, bool]]


def _negations(parameter: str, bound: list[tuple[str, facts.Expr]]) -> _Said:
    """The variables that stand for a parameter, each with whether for that itself or for its negation."""
    found: _Said = frozenset({(parameter, True)})
    for _ in bound:
        more = {(target, said) for target, value in bound for said in (_said(value, found)[1],) if said is not None}
        if more <= found:
            break
        found |= more
    return found


def _said(expr: facts.Expr, known: _Said) -> tuple[str, bool | None]:
    """The variable that an expression is made of, and whether it says what the parameter does; None for neither."""
    expr, holds = _alike(expr), True
    while (negated := _negated(expr)) is not None:
        expr, holds = _alike(negated), not holds
    if isinstance(expr, facts.Name):
        said = {each for name, each in known if name == expr.id}
        if len(said) == 1:
            return expr.id, said.pop() is holds
    return "", None


def _negated(expr: facts.Expr) -> facts.Expr | None:
    """``flag`` of ``~flag``, ``1 - flag``, ``flag.logical_not()`` or ``torch.logical_not(flag)``."""
    if isinstance(expr, facts.Operation) and expr.op == "~":
        return expr.operands[0]
    if isinstance(expr, facts.Operation) and expr.op == "-" and len(expr.operands) == 2:
        one = expr.operands[0]
        return expr.operands[1] if isinstance(one, facts.Constant) and one.value == 1 else None
    if isinstance(expr, facts.Call) and walk.last_name(expr.func) == "logical_not":
        if expr.arguments:
            return expr.arguments[0].value
        return expr.func.value if isinstance(expr.func, facts.Attribute) else None
    return None


def _bound(function: facts.FunctionFact) -> Iterator[tuple[str, facts.Expr]]:
    """The variables of a function, and what each is bound to or is an element of."""
    for action in walk.actions(function.body):
        if isinstance(action, facts.Assign):
            pairs = [(target, action.value) for target in action.targets]
        elif isinstance(action, facts.Iterate):
            pairs = [(action.target, action.iterable)]
        else:
            pairs = []
        comprehensions = [each for each in walk.expressions(action) if isinstance(each, facts.Comprehension)]
        pairs += [(each.target, each.iterable) for made in comprehensions for each in made.clauses]
        for target, value in pairs:
            yield from _paired(target, value)


def _paired(target: facts.Expr, value: facts.Expr) -> Iterator[tuple[str, facts.Expr]]:
    if isinstance(target, facts.Name):
        yield target.id, value
    if not isinstance(target, facts.Display):
        return
    parts: tuple[facts.Expr, ...] = ()
    if isinstance(value, facts.Call) and walk.last_name(value.func) == "zip":
        parts = tuple(argument.value for argument in value.arguments)
    elif isinstance(value, facts.Display):
        parts = value.items
    if len(parts) == len(target.items):
        for one, part in zip(target.items, parts, strict=True):
            yield from _paired(one, part)


def _alike(expr: facts.Expr) -> facts.Expr:
    """A flag or an entry of one, without the calls that only give it another shape or type."""
    while True:
        if isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and expr.func.attr in _ALIKE:
            expr = expr.func.value
        elif isinstance(expr, facts.Subscript):
            expr = expr.value
        else:
            return expr


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
