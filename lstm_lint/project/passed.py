"""The types of parameters that nobody declares, and of attributes that keep them, by what the calls in view hand in."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.project.constructed import Constructed
from lstm_lint.project.handed import Handed, argument
from lstm_lint.project.inference import Typing
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.types import NOTHING, Scope, Types

_FAR = 3


class Passed:
    """Types of expressions, those of parameters included; nothing where one call hands in what is not known."""

    def __init__(self, typing: Typing, handed: Handed, constructed: Constructed) -> None:
        self._typing = typing
        self._handed = handed
        self._constructed = constructed

    def of(self, expr: facts.Expr, scope: Scope, far: int = _FAR) -> Types:
        """The types of an expression, through so many calls."""
        known = self._typing.of(expr, scope)
        if not known and far > 0 and isinstance(expr, facts.Attribute):
            return self._kept(expr, scope, far)
        if known or far <= 0 or not isinstance(expr, facts.Name) or scope.function is None:
            return known
        parameter = next((each for each in scope.function.parameters if each.name == expr.id), None)
        if parameter is None or parameter.annotation is not None or parameter.kind in ("star", "doublestar"):
            return NOTHING
        if any(bound.how != "annotation" for bound in self._typing.bindings(scope.function).names.get(expr.id, ())):
            return NOTHING  # given another value on the way
        function = self._typing.symbols.function_info(scope.module, scope.klass, scope.function)
        found = list(self._given(function, expr.id, far))
        return frozenset().union(*found) if all(found) else NOTHING

    def _kept(self, expr: facts.Attribute, scope: Scope, far: int) -> Types:
        """What every constructor call hands to an attribute of ``self`` that is given no other value."""
        own = scope.function.parameters[:1] if scope.klass is not None and scope.function is not None else ()
        if scope.klass is None or walk.chain(expr.value) not in {each.name for each in own}:
            return NOTHING
        given = self._constructed.handed(scope.klass, expr.attr)
        found = [self.of(value, user, far - 1) for value, user in given]
        return frozenset().union(*found) if found and all(found) else NOTHING

    def _given(self, function: FunctionInfo, name: str, far: int) -> Iterator[Types]:
        """What each call hands to a parameter that has no other value; who calls a method is not known for sure."""
        if function.klass is not None:
            yield NOTHING
            return
        for user, call in self._handed.calls(function):
            if isinstance(call.func, facts.Name) and self._is_another(call.func.id, user, function):
                continue
            value = argument(call, function, name)
            yield NOTHING if value is None else self.of(value, Scope(user.module, user.klass, user.fact), far - 1)

    def _is_another(self, name: str, user: FunctionInfo, function: FunctionInfo) -> bool:
        """Whether a name stands for something else where it is called."""
        return self._typing.symbols.resolve(user.module, name) not in (function, None)
