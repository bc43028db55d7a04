"""Entries that are computed anew, key by key: ``for name, seen in log.items(): h[name] = net(seen, zeros())``.

The weights are new by then, and each state becomes what these make of all that was seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.typestate import keys
from lstm_lint.typestate.paths import Place
from lstm_lint.typestate.values import Phase, Value, all_tags

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def is_redone(run: Interpreter, target: facts.Subscript, base: Value, value: Value, state: State) -> bool:
    """Whether an entry, under the variable of a loop, gets what a network of now made of no state that was there."""
    if not keys.is_entry(run, target.index) or not value.tags or not value.calls:
        return False
    if not any(tag.phase is Phase.STALE for tag in base.tags):
        return False
    if any(tag.phase not in (Phase.CARRYING, Phase.FRESH) or tag.cause == "entry" for tag in value.tags):
        return False
    owners = {tag.owner for tag in value.tags}
    return owners >= {tag.owner for tag in base.tags} and not any(
        mark.stale is not None or not mark.places.isdisjoint(base.src) or _bears_stale(mark.places, state)
        for mark in value.calls
    )


def _bears_stale(places: frozenset[Place], state: State) -> bool:
    """Whether a state that weights made which are gone is in one of these places."""
    held = [value for place in places if (value := state.get(place)) is not None]
    return any(tag.phase is Phase.STALE for value in held for tag in all_tags(value))
