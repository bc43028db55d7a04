"""The class hierarchy: bases across files and libraries, overrides, and which classes are recurrent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Literal

from lstm_lint import facts, walk
from lstm_lint.project.symbols import ClassInfo, External, FunctionInfo, Symbols
from lstm_lint.vocabulary import ClassRow, MethodRow, StateRow, Vocabulary
from lstm_lint.vocabulary.decided import chosen, stateless
from lstm_lint.vocabulary.schema import Condition
from lstm_lint.walk import actions

ClassRef = ClassInfo | str
"""A class of the project, or the canonical dotted name of a library's class."""

Verdict = Literal["yes", "no", "unknown"]


class Classes:
    """All classes of the project over the classes of the vocabulary."""

    def __init__(self, symbols: Symbols, vocabulary: Vocabulary, infos: Iterable[ClassInfo]) -> None:
        self._symbols = symbols
        self.vocabulary = vocabulary
        self._lineages: dict[ClassRef, tuple[ClassRef, ...]] = {}
        self._rows: dict[ClassRef, tuple[ClassRow, ...]] = {}
        self._subclasses: dict[ClassRef, list[ClassInfo]] = {}
        self.all = tuple(infos)
        for info in self.all:
            for ref in self.lineage(info)[1:]:
                self._subclasses.setdefault(ref, []).append(info)

    def external(self, dotted: str) -> str:
        """The canonical name of a library's class."""
        return self.vocabulary.canonical(dotted)

    def lineage(self, ref: ClassRef) -> tuple[ClassRef, ...]:
        """The class and its bases, nearest first; unknown library bases are kept by name."""
        found = self._lineages.get(ref)
        if found is None:
            self._lineages[ref] = (ref,)  # ends cycles
            found = self._lineages[ref] = tuple(dict.fromkeys(self._walk(ref)))
        return found

    def _walk(self, ref: ClassRef) -> Iterator[ClassRef]:
        yield ref
        if isinstance(ref, str):
            for row in self.vocabulary.lineage(ref)[1:]:
                yield row.names[0]
            return
        for base in ref.fact.bases:
            symbol = self._base_symbol(ref, base)
            if isinstance(symbol, ClassInfo):
                yield from self.lineage(symbol)
            elif isinstance(symbol, External):
                known = self.external(symbol.dotted)
                yield from self._copied(ref, known)
                yield from self.lineage(known)
            else:
                yield "?"

    def _copied(self, ref: ClassInfo, base: str) -> Iterator[str]:
        """The algorithms that a class is a copy of: it has the same base, and keeps a state under the same name."""
        above = self.vocabulary.lineage(base)
        if not above or above[0].kind != "algorithm" or above[0].recurrent != "unknown":
            return
        mentioned = frozenset().union(*(function.mentions for function in ref.fact.functions.values()))
        for row in dict.fromkeys(self.vocabulary.classes.values()):
            kept = row.kind == "algorithm" and any(state.slot in mentioned for state in row.state)
            if kept and set(above).intersection(self.vocabulary.lineage(row.names[0])[1:]):
                yield row.names[0]
                return

    def _base_symbol(self, ref: ClassInfo, base: facts.Expr) -> object:
        if isinstance(base, facts.Subscript):  # Generic[T], Base[T]
            base = base.value
        return self._symbols.resolve_expr(ref.module, base)

    def subclasses(self, ref: ClassRef) -> tuple[ClassInfo, ...]:
        """Every project class below ``ref``."""
        return tuple(self._subclasses.get(ref, ()))

    def rows(self, ref: ClassRef) -> tuple[ClassRow, ...]:
        """The vocabulary rows that a class inherits, nearest first."""
        known = self._rows.get(ref)
        if known is None:
            found = (self.vocabulary.classes.get(base) for base in self.lineage(ref) if isinstance(base, str))
            known = self._rows[ref] = tuple(dict.fromkeys(row for row in found if row is not None))
        return known

    def is_a(self, ref: ClassRef, other: ClassRef) -> bool:
        """Whether ``other`` is ``ref`` or one of its bases."""
        return other in self.lineage(ref)

    def kind(self, ref: ClassRef) -> str:
        """The vocabulary kind of the nearest row (``algorithm``, ``optimizer`` …), "" without one."""
        rows = self.rows(ref)
        return rows[0].kind if rows else ""

    def method(self, ref: ClassRef, name: str) -> FunctionInfo | MethodRow | None:
        """The method a call of ``name`` on exactly this class runs, nearest first."""
        return self.method_after(self.lineage(ref), name)

    def method_after(self, lineage: tuple[ClassRef, ...], name: str) -> FunctionInfo | MethodRow | None:
        """The first method of that name along a lineage."""
        for base in lineage:
            if isinstance(base, ClassInfo):
                fact = base.fact.functions.get(name)
                if fact is not None:
                    return self._symbols.function_info(base.module, base, fact)
            else:
                row = self.vocabulary.classes.get(base)
                for method in row.method if row else ():
                    if method.name == name:
                        return method
        return None

    def overrides(self, klass: ClassInfo, name: str) -> Iterator[FunctionInfo]:
        """The methods of that name that project classes below this one define."""
        for heir in self.subclasses(klass):
            fact = heir.fact.functions.get(name)
            if fact is not None:
                yield self._symbols.function_info(heir.module, heir, fact)

    def states(self, ref: ClassRef) -> tuple[StateRow, ...]:
        """The vocabulary's state rows that the class inherits; none for one that is known not to be recurrent."""
        rows = self.rows(ref)
        if next((row.recurrent for row in rows if row.recurrent != "unknown"), "") == "no":
            return ()
        return tuple(state for row in rows for state in row.state)

    def spelling(self, ref: ClassRef, attr: str) -> str:
        """The name by which the rows know an attribute that other versions of the library call otherwise."""
        return next((row.aliases[attr] for row in self.rows(ref) if row.aliases and attr in row.aliases), attr)

    def made(self, ref: ClassRef, call: facts.Call) -> ClassRef:
        """The class of what a constructor makes, where one of its arguments decides whether that is recurrent."""
        row = self.vocabulary.classes.get(ref) if isinstance(ref, str) else None
        if row is None:
            return ref
        if row.stateless_if is not None and _literal(call, row.stateless_if) == row.stateless_if.value:
            return stateless(row, row.stateless_if)
        if row.recurrent_if is None:
            return ref
        return chosen(row, row.recurrent_if, _decided(call, row.recurrent_if))

    def is_opaque(self, ref: ClassRef) -> bool:
        """Whether some base is neither in the project nor in the vocabulary."""
        return any(
            isinstance(base, str) and base not in ("object", "abc.ABC", "typing.Generic", "typing.Protocol")
            and base not in self.vocabulary.classes
            for base in self.lineage(ref)
        )  # fmt: skip

    def is_abstract(self, function: FunctionInfo) -> bool:
        """Whether a method's body only raises NotImplementedError, or it is marked abstract."""
        for decorator in function.fact.decorators:
            name = getattr(decorator, "attr", getattr(decorator, "id", ""))
            if name == "abstractmethod":
                return True
        done = list(actions(function.fact.body))
        if not any(isinstance(action, facts.Raise) for action in done):
            return False
        for action in done:
            if isinstance(action, facts.Raise):
                value = action.value
                func = value.func if isinstance(value, facts.Call) else value
                if not (isinstance(func, facts.Name) and func.id == "NotImplementedError"):
                    return False
            elif not (isinstance(action, facts.Evaluate) and isinstance(action.value, facts.Constant)):
                return False
        return True


def _decided(call: facts.Call, condition: Condition) -> bool | None:
    """Whether an argument has the value that decides, None where nothing tells; a pattern is one of names and classes.
    """
    if not condition.is_pattern:
        given = _literal(call, condition)
        return None if given is ... else given == condition.value
    expr = walk.argument_of(call, condition.argument, condition.position)
    literal = expr.value if isinstance(expr, facts.Constant) else None
    name = literal if isinstance(literal, str) else walk.last_name(expr) if expr is not None else ""
    matches = fnmatchcase(name.lower(), str(condition.value))
    return True if matches else False if isinstance(literal, str) else None


def _literal(call: facts.Call, condition: Condition) -> object:
    """The literal that a call gives for an argument; None when it gives nothing, Ellipsis for what is no literal."""
    plain = [a.value for a in call.arguments if not a.keyword and not a.star]
    given = next((a.value for a in call.arguments if a.keyword == condition.argument), None)
    if given is None and 0 <= condition.position < len(plain):
        given = plain[condition.position]
    if given is None:
        return ... if any(a.star for a in call.arguments) else None
    return given.value if isinstance(given, facts.Constant) else ...
