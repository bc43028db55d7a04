"""What else a container is called that something is written into: the variables and attributes that it was taken from.

An abstract value remembers every place that it was computed from, sizes and switches too: `self._discrete` in the
shape of zeros is read on the way to a state, but what is written into that state is not written there.
"""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.project.handed import Handed, argument
from lstm_lint.project.inference import Typing
from lstm_lint.project.symbols import FunctionInfo

_TAKES = frozenset({
    "get", "setdefault", "pop", "popitem", "values", "items", "__getitem__", "cast", "next", "iter", "zip", "enumerate",
    "list", "reversed", "sorted",
})  # fmt: skip
_FAR = 5
_Found = dict[tuple[FunctionInfo, str], None]
_Bound = tuple[facts.Expr, FunctionInfo, int | None]


class Aliases:
    """Answers by the way a container was read, through variables, callers, and what methods return."""

    def __init__(self, functions: list[FunctionInfo], handed: Handed, typing: Typing) -> None:
        self._handed = handed
        self._typing = typing
        self._functions = functions
        self._known: dict[tuple[FunctionInfo, str], frozenset[str]] = {}
        self._defined: dict[str, list[FunctionInfo]] = {}

    def of(self, container: facts.Expr, function: FunctionInfo) -> frozenset[str]:
        """The names under which the container, or what it is an entry of, may be found elsewhere."""
        key = function, walk.render(container) or ""
        known = self._known.get(key)
        if known is None:
            found: _Found = {}
            self._look(container, function, _FAR, found, None)
            known = self._known[key] = frozenset(name for _, name in found)
        return known

    def _look(self, expr: facts.Expr, function: FunctionInfo, far: int, found: _Found, index: int | None) -> None:
        """Collect the names in ``found``; with an ``index``, of that part of a tuple."""
        key = function, walk.last_name(expr)
        if key in found or far < 0:
            return
        if isinstance(expr, (facts.Name, facts.Attribute)):
            found[key] = None
            for value, user, part in self._bound(expr, function):
                self._look(value, user, far - 1, found, index if part is None else part)
        if isinstance(expr, facts.Display):
            for item in expr.items if index is None else expr.items[index : index + 1]:
                self._look(item, function, far, found, None)
        for each in _taken_from(expr):
            self._look(each, function, far, found, None)
        if isinstance(expr, facts.Call):
            for made in self._called(walk.last_name(expr.func)):
                for value in self._typing.bindings(made.fact).returns:
                    self._look(value, made, far - 1, found, index)

    def _bound(self, expr: facts.Expr, function: FunctionInfo) -> Iterator[_Bound]:
        """What a variable, a parameter or an attribute of the own object is given, where, and which part of it."""
        if isinstance(expr, facts.Name):
            for binding in self._typing.bindings(function.fact).names.get(expr.id, ()):
                yield binding.expr, function, binding.index if binding.how == "item" else None
            if any(parameter.name == expr.id for parameter in function.fact.parameters):
                for user, call in self._handed.calls(function):
                    if (given := argument(call, function, expr.id)) is not None:
                        yield given, user, None
        elif function.klass is not None:
            for fact in function.klass.fact.functions.values():
                info = self._typing.symbols.function_info(function.module, function.klass, fact)
                for binding in self._typing.bindings(fact).attributes.get(walk.last_name(expr), ()):
                    yield binding.expr, info, binding.index if binding.how == "item" else None

    def _called(self, name: str) -> list[FunctionInfo]:
        if not self._defined:
            for function in self._functions:
                self._defined.setdefault(function.fact.name, []).append(function)
        return self._defined.get(name, [])


def _taken_from(expr: facts.Expr) -> Iterator[facts.Expr]:
    """The parts that an expression may be, or may be an entry of."""
    if isinstance(expr, (facts.Subscript, facts.Attribute, facts.Starred, facts.Await, facts.Walrus)):
        yield expr.value
    elif isinstance(expr, facts.Conditional):
        yield from (expr.then, expr.orelse)
    elif isinstance(expr, facts.BoolOp):
        yield from (expr.left, expr.right)
    elif isinstance(expr, facts.Call) and walk.last_name(expr.func) in _TAKES:
        yield from (each.value for each in expr.arguments)
        if isinstance(expr.func, facts.Attribute):
            yield expr.func.value
