"""Weights that go from one member of a collection to another, where one path stands for both of them.

``vector_to_parameters(parameters_to_vector(winner.net.parameters()), loser.net.parameters())`` is no step of the same
weights. Which members they are is told by the names that the source has for them, in the function and in its callers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import FunctionInfo
from lstm_lint.typestate.objects import is_single
from lstm_lint.typestate.paths import Path
from lstm_lint.typestate.row_tests import spoken

if TYPE_CHECKING:
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_GIVE = frozenset({"parameters", "named_parameters", "state_dict", "get_parameters"})
_DEPTH = 8

Member = tuple[int, str]
"""The number of the frame whose name for an object it is, and that name with the attributes after it."""


def is_another(
    run: Interpreter, targets: frozenset[Path], into: facts.Expr, source: facts.Expr | None, state: State
) -> bool:
    """Whether weights that come from a path come from another object than the one on it that they go into."""
    if source is None or any(is_single(run, target, state) for target in targets):
        return False
    top = len(run.frames) - 1
    given, taken = _asked(run, into, top, _DEPTH), _asked(run, source, top, _DEPTH)
    return bool(given) and bool(taken) and None not in given | taken and given.isdisjoint(taken)


def _asked(run: Interpreter, expr: facts.Expr, number: int, depth: int) -> set[Member | None]:
    """The objects whose weights an expression asks for; None for what cannot be told."""
    found: set[Member | None] = set()
    names: set[str] = set()
    for each in walk.expressions(expr):
        if isinstance(each, facts.Call) and isinstance(each.func, facts.Attribute) and each.func.attr in _GIVE:
            found.add(_member(run, each.func.value, number, depth))
        elif isinstance(each, facts.Call) and depth:
            found |= _given_by(run, each, number, depth - 1)
        elif isinstance(each, facts.Name):
            names.add(each.id)
        elif isinstance(each, (facts.Comprehension, facts.Lambda)):
            found.add(None)
    if found or not depth:
        return found
    bound = _bound(run.frames[number])
    for name in names:
        for binding in bound.get(name, ()):
            if binding.how == "value":
                found |= _asked(run, binding.expr, number, depth - 1)
            else:
                found.add(None)
        argument = _argument(run, name, number)
        if argument is not None:
            found |= _asked(run, argument, number - 1, depth - 1)
        elif _is_parameter(run.frames[number], name):
            found.add(None)
    return found


def _given_by(run: Interpreter, call: facts.Call, number: int, depth: int) -> set[Member | None]:
    """The objects that a function of the project asks for their weights, where it is handed them."""
    function = run.project.typing.callee(call.func, run.frames[number].scope)
    if not isinstance(function, FunctionInfo) or function.klass is not None:
        return set()
    names = [each.name for each in function.fact.parameters]
    found: set[Member | None] = set()
    for returned in run.project.typing.bindings(function.fact).returns:
        for each in walk.calls_in(returned):
            if isinstance(each.func, facts.Attribute) and each.func.attr in _GIVE:
                root = walk.root(each.func.value)
                given, way = _handed(call, root, names), _way(each.func.value)
                found.add(None if given is None or way is None else _member(run, given, number, depth, way))
    return found


def _member(run: Interpreter, expr: facts.Expr, number: int, depth: int, rest: str = "") -> Member | None:
    """An object by the name that the outermost of the callers has for it who hands it on; ``rest`` is what follows."""
    while True:
        way = _way(expr)
        if way is None:
            return None
        rest, expr = way + rest, walk.root(expr)
        if not isinstance(expr, facts.Name):
            span = getattr(expr, "span", None)
            return None if span is None else (number, f"{span}{rest}")
        bound = _bound(run.frames[number]).get(expr.id, ())
        argument = _argument(run, expr.id, number)
        if argument is not None and not bound and depth:
            expr, number, depth = argument, number - 1, depth - 1
        elif len(bound) == 1 and bound[0].how == "value" and isinstance(bound[0].expr, facts.Name) and depth:
            expr, depth = bound[0].expr, depth - 1
        elif bound or _is_parameter(run.frames[number], expr.id):
            return number, f"{expr.id}{rest}"
        else:
            return None  # the variable of a comprehension, or of a module


def _way(expr: facts.Expr) -> str | None:
    """The attributes and entries that are taken of the root of an expression, one after the other."""
    way = ""
    while isinstance(expr, (facts.Attribute, facts.Subscript)):
        part = spoken(expr.index) if isinstance(expr, facts.Subscript) else expr.attr
        if part is None:
            return None
        way, expr = f".{part}{way}", expr.value
    return way


def _handed(call: facts.Call, root: facts.Expr, names: list[str]) -> facts.Expr | None:
    if not isinstance(root, facts.Name) or root.id not in names:
        return None
    return walk.argument_of(call, root.id, names.index(root.id))


def _bound(frame: Frame) -> dict[str, list[walk.Binding]]:
    return walk.bound_in(frame.body).names


def _is_parameter(frame: Frame, name: str) -> bool:
    return frame.function is not None and any(each.name == name for each in frame.function.parameters)


def _argument(run: Interpreter, name: str, number: int) -> facts.Expr | None:
    """What a parameter was handed by the call that is under way."""
    frame = run.frames[number]
    if frame.function is None or frame.call is None or number == 0 or not _is_parameter(frame, name):
        return None
    outer = run.frames[number - 1]
    call = walk.call_at(outer.body, frame.call.span)
    if call is None:
        return None
    names = [each.name for each in frame.function.parameters]
    position = names.index(name) - int(frame.first is not None and isinstance(call.func, facts.Attribute))
    if position < 0 and isinstance(call.func, facts.Attribute):
        return call.func.value
    return walk.argument_of(call, name, position)
