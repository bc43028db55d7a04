"""Whether an object has the state that a row of its class names, where that depends on what it was built with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.project import ClassInfo
from lstm_lint.typestate.paths import Path
from lstm_lint.typestate.slots import Slot

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def owners(run: Interpreter, base: Path, slot: Slot, state: State) -> frozenset[Path]:
    """Whose weights drive the state of an object in a slot; nobody's when it has no such state."""
    found = run.follow(base, slot.owner, state)
    if slot.row is None:
        return found
    if slot.row.if_recurrent:
        found = frozenset(owner for owner in found if _holds_recurrent(run, owner, state))
    path = base.root.site.path if base.root.kind == "built" and base.root.site else run.frame.module.path
    if slot.row.only_with and not run.project.given.names(path, slot.row.only_with):
        return frozenset()
    if slot.row.where is not None and not run.project.given.allows(path, slot.row.where):
        return frozenset()
    if slot.row.where_not is not None and run.project.given.has(path, slot.row.where_not):
        return frozenset()
    return found


def is_given_one(run: Interpreter, owner: Path, state: State) -> bool:
    """Whether an object of a library's class, which runs the network that it is built with, has a recurrent one."""
    types = run.types_of(owner, state)
    rows = [row for t in types if not isinstance(t.ref, ClassInfo) for row in run.project.classes.rows(t.ref)]
    running = any(row.keeps and row.kind == "policy" for row in rows)
    return running and _holds_recurrent(run, owner, state)


def _holds_recurrent(run: Interpreter, owner: Path, state: State) -> bool:
    """Whether something recurrent is seen in an object, or in one that it was built with."""
    inside = state.reach(owner)
    types = {t for path in inside for t in run.types_of(path, state)}
    types |= {t for place, held in state.heap.items() if place.owner in inside for t in held.types}
    return any(run.project.recurrence.of(t.ref) == "yes" for t in types)
