"""The strings that attributes of classes and variables of modules hold, the names that code then asks for.

``saved = ("net", "optimizer")``
"""

from __future__ import annotations

from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.classes import Classes, ClassRef
from lstm_lint.project.inference import Typing
from lstm_lint.project.symbols import ClassInfo, Variable
from lstm_lint.project.types import Scope


class Held(NamedTuple):
    """Which strings a value may be, and which strings it is a collection of."""

    itself: frozenset[str] = frozenset()
    each: frozenset[str] = frozenset()


NONE = Held()


class Words:
    """What the bodies of classes say, each attribute read once."""

    def __init__(self, classes: Classes, typing: Typing) -> None:
        self._classes = classes
        self._typing = typing
        self._known: dict[tuple[ClassRef, str], Held] = {}
        self._known_variables: dict[tuple[str, str], Held] = {}

    def of(self, ref: ClassRef, attr: str, exact: bool) -> Held:
        """The strings in an attribute of a class; unless ``exact``, those that its subclasses put there as well."""
        found = self._nearest(ref, attr)
        if exact or isinstance(ref, str) or found is NONE:
            return found
        below = [self._nearest(klass, attr) for klass in self._classes.subclasses(ref)]
        return Held(
            found.itself.union(*(held.itself for held in below)), found.each.union(*(held.each for held in below))
        )

    def of_variable(self, symbol: Variable) -> Held:
        """The strings in a variable of a module that is assigned once: ``SAVED = ("net", "optimizer")``."""
        key = (symbol.module.name, symbol.name)
        known = self._known_variables.get(key)
        if known is None:
            bound = self._typing.module_bindings(symbol.module).names.get(symbol.name, [])
            once = len(bound) == 1 and bound[0].how == "value"
            known = self._said(bound[0].expr, Scope(symbol.module, None)) if once else NONE
            self._known_variables[key] = known
        return known

    def _nearest(self, ref: ClassRef, attr: str) -> Held:
        key = (ref, attr)
        known = self._known.get(key)
        if known is None:
            self._known[key] = NONE  # ends cycles
            known = self._known[key] = self._find(ref, attr)
        return known

    def _find(self, ref: ClassRef, attr: str) -> Held:
        for base in self._classes.lineage(ref):
            if isinstance(base, ClassInfo):
                if attr in base.fact.assignments:
                    return self._said(base.fact.assignments[attr], Scope(base.module, base))
                if attr in base.fact.functions:
                    return NONE
        return NONE

    def _said(self, expr: facts.Expr, scope: Scope) -> Held:
        if isinstance(expr, facts.Constant):
            return Held(itself=frozenset({expr.value})) if isinstance(expr.value, str) else NONE
        if isinstance(expr, facts.Display):
            items = [self._said(item, scope) for item in expr.items]
            if all(item.itself for item in items):
                return Held(each=frozenset().union(*(item.itself for item in items)))
            return NONE
        if isinstance(expr, facts.Operation) and expr.op in ("+", "|"):
            parts = [self._said(operand, scope) for operand in expr.operands]
            if all(part.each for part in parts):  # `Base.saved + ("target",)`
                return Held(each=frozenset().union(*(part.each for part in parts)))
        if isinstance(expr, facts.Attribute) and walk.chain(expr) is not None:
            owners = [t.ref for t in self._typing.of(expr.value, scope) if t.of_class]
            return self._nearest(owners[0], expr.attr) if len(owners) == 1 else NONE
        return NONE
