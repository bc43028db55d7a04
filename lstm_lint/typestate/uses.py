"""Events: states are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.model import Span
from lstm_lint.typestate.paths import FieldPlace, Path, Place
from lstm_lint.typestate.recorder import Fate
from lstm_lint.typestate.values import Phase, Tag, Value, all_tags

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def use_value(
    run: Interpreter, value: Value, owner: Path | None, span: Span, what: str, state: State, capped: bool = False
) -> None:
    """A state is handed to a call on ``owner`` (None: whoever it belongs to); ``capped``: which was not read."""
    tags = all_tags(value)
    inside = state.reach(owner) if tags and owner is not None else frozenset()
    for tag in tags:
        made_by = tag.owner
        if owner is None or made_by is None or _related(made_by, owner) or any(made_by.starts_with(p) for p in inside):
            _used(run, tag, value.src, span, what, capped)
        elif any(owner.starts_with(part) for part in state.reach(made_by)):
            _used(run, tag, value.src, span, what, capped)  # by the layer of a network that was made elsewhere


def use_place(run: Interpreter, place: FieldPlace, span: Span, what: str, state: State, capped: bool = False) -> None:
    """A call reads the state in a place by itself."""
    value = run.read_field(place.owner, place.attr, state)
    for tag in value.tags:
        _used(run, tag, value.src, span, what, capped)


def _used(run: Interpreter, tag: Tag, src: frozenset[Place], span: Span, what: str, capped: bool) -> None:
    if tag.phase is Phase.STALE and tag.event is not None:
        record = run.recorder.record(tag.event)
        record.fates.add(Fate("used", run.site(span), what, tag.strength, capped))
    if tag.phase in (Phase.CARRYING, Phase.STALE) and tag.cause == "entry":
        for place in src:
            run.index.consumed(place)


def _related(one: Path, other: Path) -> bool:
    return one.starts_with(other) or other.starts_with(one)
