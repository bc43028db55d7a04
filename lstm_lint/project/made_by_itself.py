"""Attributes that hold nothing but what their class made for itself: who else would have used it?"""

from __future__ import annotations

from collections.abc import Collection

from lstm_lint import facts, walk
from lstm_lint.project.classes import Classes
from lstm_lint.project.inference import Typing
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope

_DEPTH = 3
"""How far to look through variables and functions that hand on what was made."""


class MadeByItself:
    """Looks at all that the methods of a class put in an attribute; each attribute once."""

    def __init__(self, classes: Classes, typing: Typing) -> None:
        self._classes = classes
        self._typing = typing
        self._known: dict[tuple[ClassInfo, str, frozenset[str]], bool] = {}

    def holds(self, klass: ClassInfo, attr: str, words: Collection[str]) -> bool:
        """Whether an attribute ever gets only None and new objects, at least one of these.

        Such an object may come through a variable, or out of a function that names none of ``words``.
        """
        key = (klass, attr, frozenset(words))
        if key not in self._known:
            self._known[key] = self._holds(*key)
        return self._known[key]

    def _holds(self, klass: ClassInfo, attr: str, words: frozenset[str]) -> bool:
        made = False
        for base in self._classes.lineage(klass):
            if isinstance(base, str):
                continue
            for function in base.fact.functions.values():
                scope = Scope(base.module, base, function)
                for binding in self._typing.bindings(function).attributes.get(attr, ()):
                    if binding.how == "annotation" or walk.is_none(binding.expr):
                        continue
                    if binding.how != "value" or not self._is_made(binding.expr, scope, words, _DEPTH):
                        return False
                    made = True
        return made

    def _is_made(self, expr: facts.Expr, scope: Scope, words: frozenset[str], depth: int) -> bool:
        """Whether an expression gives None or an object that nobody else has: made there, or by what is called."""
        if walk.is_none(expr) or self._typing.builds(expr, scope):
            return True
        if isinstance(expr, facts.Conditional):
            return all(self._is_made(arm, scope, words, depth) for arm in (expr.then, expr.orelse))
        if isinstance(expr, facts.Name):
            return depth > 0 and self._is_made_local(expr.id, scope, words, depth - 1)
        function = self._called(expr, scope) if isinstance(expr, facts.Call) and depth else None
        if function is None or function.fact.decorators or function.fact.is_generator:
            return False
        inner = Scope(function.module, function.klass, function.fact)
        given = self._typing.bindings(function.fact).returns
        alone = words.isdisjoint(function.fact.mentions)
        return alone and bool(given) and all(self._is_made(each, inner, words, depth - 1) for each in given)

    def _is_made_local(self, name: str, scope: Scope, words: frozenset[str], depth: int) -> bool:
        function = scope.function
        if function is None or any(parameter.name == name for parameter in function.parameters):
            return False
        bound = [each for each in self._typing.bindings(function).names.get(name, ()) if each.how != "annotation"]
        alone = words.isdisjoint(function.mentions)
        return alone and bool(bound) and all(
            each.how == "value" and self._is_made(each.expr, scope, words, depth) for each in bound
        )

    def _called(self, call: facts.Call, scope: Scope) -> FunctionInfo | None:
        """The function of the project that is called by its name, or the method of the object itself."""
        func = call.func
        if isinstance(func, facts.Attribute) and scope.klass is not None and scope.function is not None:
            own = scope.function.parameters[0].name if scope.function.parameters else None
            if isinstance(func.value, facts.Name) and func.value.id == own:
                method = self._classes.method(scope.klass, func.attr)
                return method if isinstance(method, FunctionInfo) else None
        found = self._typing.callee(func, scope)
        return found if isinstance(found, FunctionInfo) else None
