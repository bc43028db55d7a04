"""Callbacks that a library hands the object it trains: which one that is, and what the library calls on it next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lstm_lint import facts
from lstm_lint.project.bodies import every_body
from lstm_lint.project.classes import Classes
from lstm_lint.project.inference import Typing
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Module
from lstm_lint.project.types import NOTHING, Types
from lstm_lint.vocabulary.schema import HandedRow, PassRow
from lstm_lint.walk import actions, calls, expressions, last_name

_HOOK = re.compile(r"on_(?!save_|load_)")


class Hooks:
    """The hooks of the vocabulary's callbacks; which objects are trained is looked up once and only when one asks."""

    def __init__(
        self, modules: Sequence[Module], functions: Sequence[FunctionInfo], classes: Classes, typing: Typing
    ) -> None:
        self._modules = modules
        self._functions = functions
        self._classes = classes
        self._typing = typing
        self._trained: dict[ClassInfo, Types] = {}
        self._told: dict[str, bool] = {}

    def handed(self, function: FunctionInfo, position: int) -> Types:
        """The classes of what a hook is handed there (``self`` not counted), told by the file that uses the callback.

        Nothing where the function is no hook of a row, or where no file in view gives both to the library.
        """
        if function.klass is None or not self.then(function):
            return NOTHING
        return self.trained(function.klass, position)

    def trained_by(self, klass: ClassInfo, function: facts.FunctionFact, name: str) -> Types:
        """The classes of what any hook of a callback is handed by a name, but for one that fills what is then saved."""
        names = [parameter.name for parameter in function.parameters]
        if name not in names or not _HOOK.match(function.name):
            return NOTHING
        return self.trained(klass, names.index(name) - 1)

    def trained(self, klass: ClassInfo, position: int) -> Types:
        """The classes of what hooks of a callback are handed at a position, told likewise."""
        row = next((row.handed for row in self._classes.rows(klass) if row.handed is not None), None)
        if row is None or position < 0 or position != row.position:
            return NOTHING
        if klass not in self._trained:
            self._trained[klass] = frozenset().union(*self._given(klass, row))
        return self._trained[klass]

    def of_itself(self, function: FunctionInfo) -> bool:
        """Whether a library calls a method, and others next, on the object that it trains."""
        rows = self._classes.rows(function.klass) if function.klass is not None else ()
        return any(hook.name == function.fact.name for row in rows if row.handed is None for hook in row.hook)

    def then(self, function: FunctionInfo) -> tuple[str, ...]:
        """The methods that the library calls next on what it hands to a hook, or whose hook it is, in this order."""
        rows = self._classes.rows(function.klass) if function.klass is not None else ()
        return next((hook.then for row in rows for hook in row.hook if hook.name == function.fact.name), ())

    def passes(self, types: Types) -> PassRow | None:
        """How a library that trains such an object goes through its data."""
        rows = (row for t in sorted(types, key=str) for row in self._classes.rows(t.ref))
        return next((row.passes for row in rows if row.passes is not None), None)

    def is_within(self, row: PassRow) -> bool:
        """Whether the program tells the library to call some methods in the midst of a pass."""
        if row.within not in self._told:
            self._told[row.within] = any(
                not (isinstance(argument.value, facts.Constant) and argument.value.value in (row.unless, None))
                for body in every_body(self._modules, self._functions)
                for call in calls(body.shape)
                for argument in call.arguments
                if argument.keyword == row.within
            )
        return self._told[row.within]

    def _given(self, klass: ClassInfo, row: HandedRow) -> Iterator[Types]:
        """What files that name the callback, or a class below it, give to the method that trains."""
        names = {each.fact.name for each in (klass, *self._classes.subclasses(klass))}
        for body in every_body(self._modules, self._functions, row.by):
            if body.scope.module.facts.mentions.isdisjoint(names):
                continue
            for action in actions(body.shape):
                for expr in expressions(action):
                    if isinstance(expr, facts.Call) and last_name(expr.func) == row.by and expr.arguments:
                        types = self._typing.of(expr.arguments[0].value, body.scope)
                        of = self._classes.external(row.of)
                        yield frozenset(t for t in types if isinstance(t.ref, ClassInfo) and self._is_a(t.ref, of))

    def _is_a(self, klass: ClassInfo, of: str) -> bool:
        return of in self._classes.lineage(klass)
