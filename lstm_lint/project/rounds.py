"""Loops that put new weights into what they step: a player that looks for a newer checkpoint as it plays."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.classes import Classes
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Symbols


class Rounds:
    """Which functions replace weights in a loop of theirs, or call what does: a method of their own, or a function."""

    def __init__(self, symbols: Symbols, classes: Classes, replacing: Callable[[FunctionInfo], bool]) -> None:
        self._symbols = symbols
        self._classes = classes
        self._replacing = replacing
        self._known: dict[FunctionInfo, bool] = {}
        self._reloading: dict[FunctionInfo, bool] = {}

    def reloads(self, function: FunctionInfo) -> bool:
        """Whether weights are replaced in a loop of the function.

        A batch that is loaded by the optimizer's step is not meant, nor what a method of another object does.
        """
        found = self._reloading.get(function)
        if found is None:
            found = self._reloading[function] = self._reloads(function)
        return found

    def _reloads(self, function: FunctionInfo) -> bool:
        return any(
            self._replaces(called)
            for loop in walk.loops(function.fact.body)
            for called in self._called(function, loop.body)
        )

    def _replaces(self, function: FunctionInfo) -> bool:
        """Whether a function replaces weights, or one does that it calls by a plain name or on its own object."""
        found = self._known.get(function)
        if found is None:
            self._known[function] = False  # a cycle adds nothing
            found = self._known[function] = self._replacing(function) or any(
                self._replaces(each) for each in self._called(function, function.fact.body)
            )
        return found

    def _called(self, function: FunctionInfo, shape: Shape) -> Iterator[FunctionInfo]:
        first = function.fact.parameters[0].name if function.fact.parameters else ""
        for action in walk.actions(shape):
            for expr in walk.expressions(action):
                if not isinstance(expr, facts.Call):
                    continue
                if isinstance(expr.func, facts.Name):
                    found = self._symbols.resolve(function.module, expr.func.id)
                    if isinstance(found, FunctionInfo):
                        yield found
                elif function.klass is not None and walk.chain(expr.func) == f"{first}.{walk.last_name(expr.func)}":
                    yield from self._methods(function.klass, walk.last_name(expr.func))

    def _methods(self, klass: ClassInfo, name: str) -> Iterator[FunctionInfo]:
        """The methods of a name on the class and on those that inherit from it."""
        found = self._classes.method(klass, name)
        if isinstance(found, FunctionInfo):
            yield found
        yield from self._classes.overrides(klass, name)
