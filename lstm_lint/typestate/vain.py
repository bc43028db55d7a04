"""Resets that have no effect where they stand, noted as they are met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project import ClassRef
from lstm_lint.typestate.paths import FieldPlace, Path
from lstm_lint.typestate.recorder import Fate, Vain
from lstm_lint.typestate.values import Phase, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def in_step(run: Interpreter, place: FieldPlace, span: Span, what: str, state: State) -> None:
    """A reset of the state in a place, in a hook where the state is elsewhere; noted at the statement of the hook.

    Where the state is stale, the replacement in the same hook is the defect, and is told as that, with this reset. A
    rollback is none by itself: the reset that was wanted with it is what fails.
    """
    held = run.read_field(place.owner, place.attr, state)
    events = {tag.event: tag.strength for tag in held.tags if tag.phase is Phase.STALE and tag.event is not None}
    swaps = {event for event in events if not run.recorder.record(event).rollback}
    for event in swaps or events:
        run.recorder.record(event).fates.add(Fate("vain", run.site(span), what, events[event]))
    stale = any(tag.phase is Phase.STALE for tag in held.tags)
    if not held.tags or swaps or (stale and not events):
        return
    chain = run.chain()
    site = chain[0] if chain else run.site(span)
    back = min((event.chain[0] if event.chain else event.site for event in events), default=None)
    run.recorder.vain.add(Vain(site, "step", what, back=back))


def is_reset(value: Value) -> bool:
    """Whether a value that is put in the place of a state is none that came out of it or of a call."""
    return not (value.tags or value.calls)


def with_none(run: Interpreter, owner: Path, target: facts.Attribute, value: Value, state: State) -> bool:
    """Whether None is assigned to a state that has to be there: noted, and the initial state that was meant."""
    if not value.is_none:
        return False
    classes: frozenset[ClassRef] = frozenset(t.ref for t in run.types_of(owner, state))
    known = [_needs_state(run, ref, target.attr) for ref in classes]
    if not (all(known) if known else _names_stock_state(run, target.attr)):
        return False
    strength = run.index.guessed(owner) if known else "inferred"
    holder = walk.chain(target.value) or ""
    run.recorder.vain.add(Vain(run.site(target.span), "none", target.attr, holder, strength, classes))
    return True


def _needs_state(run: Interpreter, ref: ClassRef, attr: str) -> bool:
    """Whether None in this slot is no initial state: stock RecurrentPPO fails on it instead of starting anew."""
    rows = [row for row in run.project.classes.states(ref) if row.slot == attr] if isinstance(ref, str) else []
    return bool(rows) and all(not row.none_is_initial for row in rows)


def _names_stock_state(run: Interpreter, attr: str) -> bool:
    """Whether only the library's own algorithms have an attribute of this name: no class of the project assigns it."""
    rows = run.project.vocabulary.classes.values()
    stock = any(s.slot == attr and not s.none_is_initial for row in rows if row.kind == "algorithm" for s in row.state)
    return stock and not any(run.project.assigns(klass, attr) for klass in run.project.classes.all)
