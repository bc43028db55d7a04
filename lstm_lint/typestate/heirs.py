"""A value declared to be of a class may be of any class below it: the states that those keep, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.project import ClassInfo, FunctionInfo
from lstm_lint.project.classes import ClassRef
from lstm_lint.project.types import Types
from lstm_lint.typestate.paths import FieldPlace, Path
from lstm_lint.typestate.values import replace

if TYPE_CHECKING:
    from lstm_lint.project import Project
    from lstm_lint.project.inference import Typing
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.slots import Slot, SlotIndex
    from lstm_lint.typestate.state import State

_MANY = 12
"""A class with more heirs than that is a root of everything, and says nothing."""
_SAME = frozenset({"to", "cuda", "cpu", "eval", "train", "float", "double", "requires_grad_", "share_memory"})


class Heirs:
    """Which declarations leave the class open, and what the classes below it keep; each question answered once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._open: dict[tuple[ClassRef, str], bool] = {}
        self._slots: dict[ClassInfo, tuple[int, dict[Slot, set[ClassInfo]]]] = {}
        self._foreign: dict[FunctionInfo, dict[str, Types]] = {}
        self.keepers: dict[FieldPlace, set[ClassInfo]] = {}
        """The places of states that only some classes below the declared one keep, and those classes."""

    def slots(self, index: SlotIndex, ref: ClassInfo) -> dict[Slot, set[ClassInfo]]:
        """The slots that classes below one have and it has not, inferred at most, and which classes those are."""
        heirs = self._project.classes.subclasses(ref)
        if not heirs or len(heirs) > _MANY:
            return {}
        known = self._slots.get(ref)
        if known is not None and known[0] == index.noted:
            return known[1]
        own = {(slot.place, slot.owner) for slot in index.deep(ref)}
        found: dict[Slot, set[ClassInfo]] = {}
        for heir in heirs:
            for slot in index.deep(heir):
                if (slot.place, slot.owner) not in own:
                    found.setdefault(slot._replace(strength="inferred"), set()).add(heir)
        self._slots[ref] = index.noted, found
        return found

    def foreign(self, method: FunctionInfo) -> dict[str, Types]:
        """What attributes are made in classes beside those that run one override, and in none of these.

        As they are seen by whoever only knows that an object is of one of them.
        """
        known = self._foreign.get(method)
        if known is None:
            known = self._foreign[method] = self._made_beside(method)
        return known

    def _made_beside(self, method: FunctionInfo) -> dict[str, Types]:
        if method.klass is None:
            return {}
        classes, typing, name = self._project.classes, self._project.typing, method.fact.name
        bases = [base for base in classes.lineage(method.klass)[1:] if isinstance(base, ClassInfo)]
        family = dict.fromkeys(heir for base in bases for heir in classes.subclasses(base))
        own = [klass for klass in family if classes.method(klass, name) is method]
        found: dict[str, Types] = {}
        for klass in family:
            for attr in () if klass in own else _assigned(typing, klass):
                theirs = frozenset().union(*(typing.attribute(each, attr) for each in own))
                found[attr] = found.get(attr, frozenset()) | (typing.attribute(klass, attr) - theirs)
        return {attr: types for attr, types in found.items() if types}

    def open(self, ref: ClassRef, attr: str) -> bool:
        """Whether an attribute is declared rather than built: annotated, or given an annotated parameter."""
        key = (ref, attr)
        known = self._open.get(key)
        if known is None:
            self._open[key] = False  # ends cycles
            known = self._open[key] = any(
                self._opens(base, attr) for base in self._project.classes.lineage(ref) if isinstance(base, ClassInfo)
            )
        return known

    def _opens(self, klass: ClassInfo, attr: str) -> bool:
        bindings = [
            (function, binding)
            for function in klass.fact.functions.values()
            for binding in self._project.typing.bindings(function).attributes.get(attr, ())
        ]
        if not bindings:
            return attr in klass.fact.annotations
        return any(
            binding.how == "annotation" or (binding.how == "value" and self._is_given(klass, function, binding.expr))
            for function, binding in bindings
        )

    def _is_given(self, klass: ClassInfo, function: facts.FunctionFact, expr: facts.Expr) -> bool:
        while isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and expr.func.attr in _SAME:
            expr = expr.func.value
        if isinstance(expr, facts.Name):
            return any(p.name == expr.id and p.annotation is not None for p in function.parameters)
        if isinstance(expr, facts.Attribute) and isinstance(expr.value, facts.Name):
            first = function.parameters[0].name if function.parameters else ""
            return expr.value.id == first and self.open(klass, expr.attr)
        return False


def below(run: Interpreter, base: Path, ref: ClassRef, state: State) -> dict[Slot, set[ClassInfo]]:
    """The states that an object keeps only if it is of a class below the one it is declared to be."""
    if not isinstance(ref, ClassInfo) or not run.project.classes.subclasses(ref):
        return {}
    if base in state.narrowed or not _is_declared(run, base, state):
        return {}
    return run.index.heirs.slots(run.index, ref)


def _is_declared(run: Interpreter, path: Path, state: State) -> bool:
    if not path.attrs:
        return path.root.kind == "parameter" and not run.index.is_fitting(path)
    if path.root.kind == "built" and len(path.attrs) == 1:
        return False
    if path.attrs[-1].startswith("["):
        return _is_declared(run, path.parent, state)
    owners = run.types_of(path.parent, state)
    return any(run.index.heirs.open(t.ref, path.attrs[-1]) for t in owners if not t.arguments)


def keep_apart(run: Interpreter, method: FunctionInfo, refs: frozenset[Path], state: State) -> None:
    """Where one of several overrides runs, what classes that run another one make is not there, nor their states."""
    for attr, types in run.index.heirs.foreign(method).items():
        for ref in refs:
            _take_out(run, FieldPlace(ref, attr), types, state)
    for place, classes in run.index.heirs.keepers.items():
        held = state.heap.get(place)
        if held is None or not held.tags or not any(place.owner.starts_with(ref) for ref in refs):
            continue
        if all(run.project.classes.method(klass, method.fact.name) is not method for klass in classes):
            state.heap[place] = replace(held, tags=frozenset())


def _take_out(run: Interpreter, place: FieldPlace, types: Types, state: State) -> None:
    """Objects of these types are not in the attribute."""
    held = state.heap.get(place)
    if held is None or held.types.isdisjoint(types):
        return
    refs = frozenset(ref for ref in held.refs if not (known := run.types_of(ref, state)) or not known <= types)
    state.heap[place] = replace(held, types=held.types - types, refs=refs)


def _assigned(typing: Typing, klass: ClassInfo) -> Iterator[str]:
    for function in klass.fact.functions.values():
        yield from typing.bindings(function).attributes
