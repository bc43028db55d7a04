"""States in objects that nobody lets advance them: an opponent that only predicts never fills the one of training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lstm_lint.project import ClassInfo, ClassRef
from lstm_lint.project.outside import is_named_outside
from lstm_lint.typestate.paths import FieldPlace, Path
from lstm_lint.typestate.slots import Slot

if TYPE_CHECKING:
    from lstm_lint.project import Types
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.slots import SlotIndex


def is_idle(run: Interpreter, base: Path, slot: Slot) -> bool:
    """Whether the state belongs to an object that a class builds for itself and never lets advance it.

    Or to one in a module variable, where no file that names it names what would advance it.
    """
    index = run.index
    if slot.row is not None and base.root.kind == "global":
        words = _advancing(index, index.root_types.get(base.root, frozenset()))
        if not words.isdisjoint(("__call__", "__iter__")):
            return False
        return not index.globals.is_named_with(base.root.name, words)
    if slot.row is None or base.root.kind != "self" or not base.attrs:
        return False
    klass = index.klass(base.root.klass)
    if klass is None or not index.settled_without(klass, (*base.attrs, *slot.place)):
        return False
    *way, attr = base.attrs
    holders = _holders(index, klass, way)
    if any(not index.settled_without(holder, (attr, *slot.place)) for holder in holders):
        return False
    if base.attrs in index.owned(klass):
        return True
    return bool(holders) and all(_is_left_alone(index, holder, attr) for holder in holders)


def leaves_with(index: SlotIndex, place: FieldPlace) -> bool:
    """Whether a state that is stale in ``self`` when a method ends is met again by some method.

    It may be one of an object that a part of ``self`` makes and uses.
    """
    klass = index.klass(place.owner.root.klass) if place.owner.root.kind == "self" else None
    if klass is not None and not place.owner.attrs and index.begins_anew(klass, place.attr):
        return is_named_outside(index.project, klass, place.attr)
    if klass is None or place.owner.attrs not in index.owned(klass):
        return True
    if index.meets(klass, (*place.owner.attrs, place.attr)):
        return True
    *way, attr = place.owner.attrs or ("",)
    return bool(way) and any(index.meets(holder, (attr, place.attr)) for holder in _holders(index, klass, way))


def _holders(index: SlotIndex, klass: ClassInfo, way: Sequence[str]) -> list[ClassInfo]:
    """The classes of the project that are found that way, if all of what may be there are such."""
    found: list[ClassRef] = [klass]
    for attr in way:
        found = [t.ref for ref in found for t in index.project.typing.attribute(ref, attr)]
    own = [ref for ref in found if isinstance(ref, ClassInfo)]
    for ref in own:
        index.own(ref)
    return own if len(own) == len(found) else []


def _is_left_alone(index: SlotIndex, klass: ClassInfo, attr: str) -> bool:
    """Whether the class makes what is in an attribute, or who makes it and everybody else never lets it advance."""
    words = _advancing(index, index.project.typing.attribute(klass, attr))
    if index.project.made_by_itself.holds(klass, attr, words):
        return True
    return bool(words) and index.project.constructed.is_left_alone(klass, attr, words)


def _advancing(index: SlotIndex, types: Types) -> frozenset[str]:
    """The methods of a library's classes that advance their states."""
    rows = (row for t in types for row in index.project.classes.rows(t.ref))
    return frozenset(method.name for row in rows for method in row.method if method.advances)
