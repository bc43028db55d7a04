"""Classes that code looks up by a name: in a dictionary of a module, by a decorator, or among a module's own names.

``REGISTRY = {"rnn": RNNAgent}``, ``REGISTRY["rnn"] = RNNAgent``, ``@register("rnn")``, ``eval(name)``,
``globals()[name]``, ``getattr(models, name)``. A literal name tells which; else it may be any of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.annotations import Annotations
from lstm_lint.project.classes import Classes
from lstm_lint.project.fitting import Fitting
from lstm_lint.project.resolvers import Resolvers
from lstm_lint.project.symbols import ClassInfo, External, FunctionInfo, Module, ModuleRef, Symbol, Symbols, Variable
from lstm_lint.project.types import Scope

_TAKES = frozenset({"get", "get_class", "resolve", "lookup"})
_ENOUGH = 6
"""Of more classes than that, the others say nothing; those come first that have a cell or a state by their words."""
_REMEMBERS = re.compile(r"lstm|gru|rnn|hidden|recurrent", re.IGNORECASE)


class Registries:
    """Which classes and functions stand in the tables of a project."""

    def __init__(
        self, modules: Sequence[Module], symbols: Symbols, classes: Classes, annotations: Annotations
    ) -> None:
        self._modules = modules
        self._symbols = symbols
        self._resolvers = Resolvers(modules, symbols)
        self._fitting = Fitting(classes, annotations)
        self._taken: dict[tuple[int, ClassInfo | None], tuple[Symbol, ...]] = {}

    def looked_up(self, expr: facts.Expr, scope: Scope, local: bool) -> tuple[Symbol, ...]:
        """What an expression may be where it looks a class up; nothing where it is no such thing.

        ``local``: the name it starts with is a variable of a function, and none of the module's.
        """
        if isinstance(expr, facts.Subscript):
            if isinstance(expr.value, facts.Call) and walk.chain(expr.value.func) == "globals":
                return self._of_module(scope.module, _literal(expr.index), expr, scope)
            return () if local else self._found(expr.value, expr.index, scope)
        if not isinstance(expr, facts.Call) or not expr.arguments:
            return ()
        first = expr.arguments[0].value
        name = walk.chain(expr.func)
        if name == "eval" and not isinstance(first, facts.Constant):
            return self._of_module(scope.module, "", expr, scope)
        if name == "getattr" and len(expr.arguments) > 1:
            owner = self._symbols.resolve_expr(scope.module, first)
            module = self._by_name.get(owner.dotted) if isinstance(owner, ModuleRef) else None
            named = _literal(expr.arguments[1].value)
            if module is not None:
                return self._of_module(module, named, expr, scope)
        if not local and self._resolvers.resolves(expr, scope.module):
            return self._imported(expr, scope)
        if isinstance(expr.func, facts.Attribute) and expr.func.attr in _TAKES and not local:
            return self._found(expr.func.value, first, scope)
        return ()

    def _imported(self, lookup: facts.Expr, scope: Scope) -> tuple[Symbol, ...]:
        """What is imported by a path that nothing in view tells: what it is declared to be."""
        key = (id(lookup), scope.klass)
        if key not in self._taken:
            self._taken[key] = self._some(self._fitting.declared(lookup, scope))
        return self._taken[key]

    def _found(self, table: facts.Expr, key: facts.Expr, scope: Scope) -> tuple[Symbol, ...]:
        variables = [s for s in self._symbols.resolve_expr_each(scope.module, table) if isinstance(s, Variable)]
        rows = [row for variable in variables for row in self._tables.get(variable, ())]
        name = _literal(key)
        exact = [symbol for known, symbol in rows if known == name] if name else []
        return self._some(exact or [symbol for _, symbol in rows])

    def _of_module(self, module: Module, name: str, lookup: facts.Expr, scope: Scope) -> tuple[Symbol, ...]:
        """The project's classes among the names of a module; those that fit where nothing tells which."""
        if name:
            return self._some(self._classes_in(module, [name]))
        key = (id(lookup), scope.klass)
        if key not in self._taken:
            names = [*module.facts.classes, *(item.local for item in module.facts.imports)]
            self._taken[key] = self._some(self._fitting.fit(self._classes_in(module, names), lookup, scope))
        return self._taken[key]

    def _classes_in(self, module: Module, names: Sequence[str]) -> list[ClassInfo]:
        return [s for each in names for s in self._symbols.resolve_each(module, each) if isinstance(s, ClassInfo)]

    def _some(self, found: Sequence[Symbol]) -> tuple[Symbol, ...]:
        return tuple(sorted(dict.fromkeys(found), key=lambda symbol: not _may_remember(symbol))[:_ENOUGH])

    @cached_property
    def _by_name(self) -> dict[str, Module]:
        return {module.name: module for module in self._modules}

    @cached_property
    def _tables(self) -> dict[Variable, list[tuple[str, Symbol]]]:
        found: dict[Variable, list[tuple[str, Symbol]]] = defaultdict(list)
        for module in self._modules:
            for action in walk.actions(module.facts.body):
                if isinstance(action, facts.Assign):
                    for variable, key, value in self._written(module, action):
                        found[variable] += [(key, symbol) for symbol in self._values(module, value)]
        for module, name, decorator, symbol in self._decorated():
            for variable in self._registers(module, decorator):
                found[variable].append((_given(decorator) or name, symbol))
        return found

    def _written(self, module: Module, action: facts.Assign) -> Iterator[tuple[Variable, str, facts.Expr]]:
        for target in action.targets:
            if isinstance(target, facts.Subscript):
                for symbol in self._symbols.resolve_expr_each(module, target.value):
                    if isinstance(symbol, Variable):
                        yield symbol, _literal(target.index), action.value
            elif isinstance(target, facts.Name):
                for symbol in self._symbols.resolve_each(module, target.id):
                    if isinstance(symbol, Variable):
                        yield from ((symbol, key, value) for key, value in _entries(action.value))

    def _values(self, module: Module, value: facts.Expr) -> list[Symbol]:
        known = self._symbols.resolve_expr_each(module, value)
        return [symbol for symbol in known if isinstance(symbol, (ClassInfo, FunctionInfo, External))]

    def _decorated(self) -> Iterator[tuple[Module, str, facts.Expr, Symbol]]:
        for module in self._modules:
            for name, klass in module.facts.classes.items():
                for decorator in klass.decorators:
                    yield module, name, decorator, self._symbols.class_info(module, klass)
            for name, function in module.facts.functions.items():
                for decorator in function.decorators:
                    yield module, name, decorator, self._symbols.function_info(module, None, function)

    def _registers(self, module: Module, decorator: facts.Expr) -> Iterator[Variable]:
        """The tables that a decorator puts a class in: its function writes to one, or it is a method of one."""
        func = decorator.func if isinstance(decorator, facts.Call) else decorator
        for symbol in self._symbols.resolve_expr_each(module, func):
            if isinstance(symbol, FunctionInfo):
                for action in _every_action(symbol.fact.body):
                    if isinstance(action, facts.Assign):
                        yield from (variable for variable, _, _ in self._written(symbol.module, action))
        if isinstance(func, facts.Attribute):
            yield from (s for s in self._symbols.resolve_expr_each(module, func.value) if isinstance(s, Variable))


def _may_remember(symbol: Symbol) -> bool:
    if not isinstance(symbol, ClassInfo):
        return False
    words = {name for function in symbol.fact.functions.values() for name in function.mentions}
    return any(_REMEMBERS.search(word) for word in (symbol.fact.name, *words))


def _entries(value: facts.Expr) -> Iterator[tuple[str, facts.Expr]]:
    if isinstance(value, facts.DictDisplay):
        yield from ((_literal(key), item) for key, item in value.items if key is not None)
    elif isinstance(value, facts.Call) and walk.chain(value.func) == "dict":
        yield from ((argument.keyword, argument.value) for argument in value.arguments if argument.keyword)


def _literal(key: facts.Expr) -> str:
    return key.value if isinstance(key, facts.Constant) and isinstance(key.value, str) else ""


def _given(decorator: facts.Expr) -> str:
    if not isinstance(decorator, facts.Call):
        return ""
    return next((name for argument in decorator.arguments if (name := _literal(argument.value))), "")


def _every_action(shape: Shape) -> Iterator[object]:
    """The actions of a function and of those inside it."""
    for action in walk.actions(shape):
        yield action
        if isinstance(action, facts.Define):
            yield from _every_action(action.function.body)
