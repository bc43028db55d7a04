"""What types an annotation allows: generics, unions, type variables and aliases taken apart."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lint import facts
from lstm_lint.project.classes import Classes
from lstm_lint.project.symbols import ClassInfo, External, Symbol, Symbols, Variable
from lstm_lint.project.types import NOTHING, Scope, Type, Types

_SEQUENCES = {"list", "set", "frozenset", "List", "Set", "FrozenSet", "Sequence", "MutableSequence", "Iterable",
              "Iterator", "Collection", "deque", "Deque", "Generator", "AsyncIterator", "AsyncIterable"}  # fmt: skip
_MAPPINGS = {"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"}
_WRAPPERS = {"Optional", "Union", "Final", "ClassVar", "Annotated", "Required", "NotRequired", "ReadOnly", "Type_"}


class Annotations:
    """Reads annotations; strings are parsed once."""

    def __init__(self, symbols: Symbols, classes: Classes, parse: Callable[[str], facts.Expr | None]) -> None:
        self.symbols = symbols
        self.classes = classes
        self._parse = parse
        self._open: list[Variable] = []
        self._parsed: dict[str, facts.Expr | None] = {}

    def types(self, expr: facts.Expr | None, scope: Scope) -> Types:
        """The types an annotation allows; strings are parsed, None and unknown names left out."""
        if expr is None:
            return NOTHING
        if isinstance(expr, facts.Constant):
            if not isinstance(expr.value, str):
                return NOTHING
            if expr.value not in self._parsed:
                self._parsed[expr.value] = self._parse(expr.value)
            return self.types(self._parsed[expr.value], scope)
        if isinstance(expr, facts.Operation) and expr.op == "|":
            return self.types(expr.operands[0], scope) | self.types(expr.operands[1], scope)
        if isinstance(expr, facts.Subscript):
            return self._generic(expr, scope)
        if isinstance(expr, (facts.Name, facts.Attribute)):
            return self._named(expr, scope)
        return NOTHING

    def _generic(self, expr: facts.Subscript, scope: Scope) -> Types:
        name = getattr(expr.value, "attr", getattr(expr.value, "id", ""))
        index = expr.index
        parts = index.items if isinstance(index, facts.Display) and index.kind == "tuple" else (index,)
        if name in _SEQUENCES or name in ("tuple", "Tuple"):
            elements = frozenset().union(*(self.types(part, scope) for part in parts))
            return frozenset({Type("list", (elements,))}) if elements else NOTHING
        if name in _MAPPINGS and len(parts) == 2:
            return frozenset({Type("dict", (self.types(parts[1], scope),))})
        if name in ("type", "Type"):
            return frozenset(t._replace(of_class=True) for t in self.types(parts[0], scope))
        if name == "Annotated":
            return self.types(parts[0], scope)
        if name in _WRAPPERS:
            return frozenset().union(*(self.types(part, scope) for part in parts))
        return self.types(expr.value, scope)

    def _named(self, expr: facts.Expr, scope: Scope) -> Types:
        if isinstance(expr, facts.Name) and expr.id == "Self" and scope.klass is not None:
            return frozenset({Type(scope.klass)})
        symbols = self.symbols.resolve_expr_each(scope.module, expr)
        own = scope.klass is not None and isinstance(expr, facts.Name) and scope.klass.fact.name == expr.id
        if not symbols and own and scope.klass is not None:
            return frozenset({Type(scope.klass)})
        return frozenset[Type]().union(*(self._annotated(symbol, scope) for symbol in symbols))

    def _annotated(self, symbol: Symbol, scope: Scope) -> Types:
        if isinstance(symbol, ClassInfo):
            return frozenset({Type(symbol)})
        if isinstance(symbol, External):
            if symbol.dotted in ("typing.Self", "typing_extensions.Self") and scope.klass is not None:
                return frozenset({Type(scope.klass)})
            if symbol.dotted.startswith(("typing.", "typing_extensions.")):
                return NOTHING
            return frozenset({Type(self.classes.external(symbol.dotted))})
        return self._type_variable(symbol) if isinstance(symbol, Variable) else NOTHING

    def _type_variable(self, symbol: Variable) -> Types:
        if symbol in self._open:
            return NOTHING  # an alias that names itself
        self._open.append(symbol)
        try:
            return self._alias(symbol)
        finally:
            self._open.pop()

    def _alias(self, symbol: Variable) -> Types:
        scope = Scope(symbol.module)
        for value in symbol.module.facts.assignments.get(symbol.name, ()):
            if (
                isinstance(value, facts.Call)
                and getattr(value.func, "attr", getattr(value.func, "id", "")) == "TypeVar"
            ):
                bounds = [a.value for a in value.arguments if a.keyword == "bound"]
                return self.types(bounds[0], scope) if bounds else NOTHING
            if isinstance(value, (facts.Subscript, facts.Operation, facts.Constant)):
                return self.types(value, scope)
        return NOTHING
