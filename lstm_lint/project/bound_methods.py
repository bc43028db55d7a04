"""Methods that are kept under another name and called by it: ``self.load = net.load_state_dict``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lstm_lint import facts, walk
from lstm_lint.project.classes import Classes
from lstm_lint.project.inference import Typing
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Types


class BoundMethods:
    """Which attributes of the classes of a project hold a method of another object, of those that ``names`` has."""

    def __init__(
        self, functions: Sequence[FunctionInfo], names: frozenset[str], classes: Classes, typing: Typing
    ) -> None:
        self.names = names
        self._classes = classes
        self._typing = typing
        users = (f for f in functions if f.klass is not None and not names.isdisjoint(f.fact.mentions))
        self.attributes = frozenset(name for function in users for name in self._kept(function))
        """The names of such attributes."""

    def _kept(self, function: FunctionInfo) -> Iterator[str]:
        for name, bindings in self._typing.bindings(function.fact).attributes.items():
            if len(bindings) == 1 and self._is_method(bindings[0]):
                yield name

    def _is_method(self, binding: walk.Binding) -> bool:
        value = binding.expr
        return binding.how == "value" and isinstance(value, facts.Attribute) and value.attr in self.names

    def of(self, types: Types, name: str) -> tuple[tuple[str, ...], str] | None:
        """The attributes that lead from an object to the one whose method it keeps under a name, and that method."""
        if name not in self.attributes:
            return None
        for base in (base for t in types for base in self._classes.lineage(t.ref) if isinstance(base, ClassInfo)):
            methods = base.fact.functions.values()
            found = [(fact, b) for fact in methods for b in self._typing.bindings(fact).attributes.get(name, ())]
            if not found:
                continue
            fact, binding = found[0]
            if len(found) > 1 or not self._is_method(binding) or not fact.parameters:
                return None
            assert isinstance(binding.expr, facts.Attribute)
            way = self._way(binding.expr.value, fact)
            return None if way is None else (way, binding.expr.attr)
        return None

    def _way(self, owner: facts.Expr, fact: facts.FunctionFact) -> tuple[str, ...] | None:
        """The attributes that lead from the own object to what a method has, which may be in one under its own name."""
        chain, own = walk.chain(owner), fact.parameters[0].name
        if chain is None:
            return None
        first, *rest = chain.split(".")
        if first == own:
            return tuple(rest)
        for attr, bindings in self._typing.bindings(fact).attributes.items():
            if len(bindings) == 1 and bindings[0].how == "value" and walk.chain(bindings[0].expr) == first:
                return attr, *rest
        return None
