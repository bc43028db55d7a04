"""Which algorithms an attribute holds: those that the constructor is called with, wherever that is.

The attribute is not typed at all, or said to hold any algorithm: ``model: BaseAlgorithm``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from lstm_lint import facts, walk
from lstm_lint.project.bodies import every_body
from lstm_lint.project.classes import Classes
from lstm_lint.project.ducks import kept_parameters
from lstm_lint.project.inference import Typing
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Module
from lstm_lint.project.types import NOTHING, Scope, Type, Types


class Constructed:
    """The constructor calls of the project, looked at once and only when a class asks."""

    def __init__(
        self, modules: Sequence[Module], functions: Sequence[FunctionInfo], classes: Classes, typing: Typing
    ) -> None:
        self._modules = modules
        self._functions = functions
        self._classes = classes
        self._typing = typing
        self._calls: dict[ClassInfo, list[tuple[facts.Call, Scope]]] | None = None
        self._attributes: dict[ClassInfo, dict[str, Types]] = {}

    def attributes(self, klass: ClassInfo) -> dict[str, Types]:
        """The attributes that keep such a parameter of ``__init__``, with the algorithms that it is given."""
        found = self._attributes.get(klass)
        if found is None:
            found = self._attributes[klass] = {
                attr: types
                for attr, parameter in kept_parameters(klass, self._typing)
                if (types := self._given(klass, parameter)) and self._are_algorithms(types)
            }
            for attr, parameter in kept_parameters(klass, self._typing, self._says_any):
                types = frozenset(t for t in self._given(klass, parameter) if self._are_algorithms([t]))
                if not all(map(self._is_any, types)):
                    found[attr] = types
        return found

    def _are_algorithms(self, types: Iterable[Type]) -> bool:
        return all(self._classes.kind(t.ref) == "algorithm" for t in types)

    def _says_any(self, types: Types) -> bool:
        """Whether a declaration names the base of all algorithms, of which some are recurrent."""
        return bool(types) and all(map(self._is_any, types))

    def _is_any(self, type_: Type) -> bool:
        rows = self._classes.rows(type_.ref)
        return isinstance(type_.ref, str) and any(
            type_.ref in row.names and row.kind == "algorithm" and row.recurrent == "unknown" for row in rows
        )

    def _given(self, klass: ClassInfo, parameter: str) -> Types:
        found: Types = NOTHING
        for given, scope in self._arguments(klass, parameter):
            found |= frozenset(t for t in self._typing.of(given, scope) if not t.of_class)
        return found

    def handed(self, klass: ClassInfo, attr: str) -> list[tuple[facts.Expr, Scope]]:
        """What constructor calls in view hand over that an attribute keeps for good, where nothing declares it."""
        parameter = dict(kept_parameters(klass, self._typing)).get(attr)
        methods = [fact for fact in klass.fact.functions.values() if attr in self._typing.bindings(fact).attributes]
        if parameter is None or [fact.name for fact in methods] != ["__init__"]:
            return []
        found = list(self._arguments(klass, parameter))
        return found if len(found) == len(self._built().get(klass, ())) else []

    def _arguments(self, klass: ClassInfo, parameter: str) -> Iterator[tuple[facts.Expr, Scope]]:
        """What constructor calls in view hand to a parameter."""
        init = klass.fact.functions["__init__"]
        position = [each.name for each in init.parameters].index(parameter) - 1
        for call, scope in self._built().get(klass, ()):
            plain = [each.value for each in call.arguments if each.keyword is None and not each.star]
            given = next((each.value for each in call.arguments if each.keyword == parameter), None)
            if given is None and position < len(plain):
                given = plain[position]
            if given is not None:
                yield given, scope

    def is_left_alone(self, klass: ClassInfo, attr: str, words: Collection[str]) -> bool:
        """Whether an attribute keeps what its maker hands over and calls none of these methods of: a mirror, an exam.

        Each maker in view has it in a variable, makes it right there, and hands it to nothing else.
        """
        init = klass.fact.functions.get("__init__")
        bound = self._typing.bindings(init).attributes.get(attr, ()) if init is not None else ()
        names = {getattr(binding.expr, "id", "") for binding in bound}
        if init is None or len(names) != 1 or names.isdisjoint(each.name for each in init.parameters[1:]):
            return False
        given = list(self._arguments(klass, names.pop()))
        return bool(given) and all(self._is_alone(expr, scope, klass, words) for expr, scope in given)

    def _is_alone(self, expr: facts.Expr, scope: Scope, klass: ClassInfo, words: Collection[str]) -> bool:
        if not isinstance(expr, facts.Name) or scope.function is None:
            return False
        bound = self._typing.bindings(scope.function).names.get(expr.id, [])
        if not bound or not all(self._typing.builds(each.expr, scope) for each in bound):
            return False
        for call in walk.calls(scope.function.body):
            if isinstance(call.func, facts.Attribute) and walk.chain(call.func.value) == expr.id:
                if call.func.attr in words:
                    return False
            elif any(_holds(each.value, expr.id) for each in call.arguments) and (
                self._typing.callee(call.func, scope) is not klass
            ):
                return False
        return True

    def _built(self) -> dict[ClassInfo, list[tuple[facts.Call, Scope]]]:
        if self._calls is None:
            self._calls = defaultdict(list)
            names = {klass.fact.name for klass in self._classes.all}
            for body, scope in every_body(self._modules, self._functions):
                for action in walk.actions(body):
                    for expr in walk.expressions(action):
                        if isinstance(expr, facts.Call) and walk.last_name(expr.func) in names:
                            callee = self._typing.callee(expr.func, scope)
                            if isinstance(callee, ClassInfo):
                                self._calls[callee].append((expr, scope))
        return self._calls


def _holds(expr: facts.Expr, name: str) -> bool:
    """Whether an argument is a variable or has it, but not by way of another call, which is looked at by itself."""
    if isinstance(expr, facts.Call):
        return False
    return any(isinstance(each, facts.Name) and each.id == name for each in walk.expressions(expr))
