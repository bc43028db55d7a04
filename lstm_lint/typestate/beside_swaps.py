"""Syncs of a network that the same function also gives the weights of others, after which it resets the state.

An opponent that is drawn, an old player of the pool or else the newest one, is another player each time: no copy that
follows what is trained step by step.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from lstm_lint.typestate.paths import Path, Site

if TYPE_CHECKING:
    from lstm_lint.typestate.recorder import Record

_Way = tuple[str, str, tuple[Site, ...], Path]
"""An entry, the function that replaces the weights, the calls that led to it, and what gets the weights."""


def exchanged_for_the_latest(records: Collection[Record]) -> list[Record]:
    """The records of syncs that are swaps, since the same state is reset after another swap beside them."""
    reset: dict[_Way, set[str]] = {}
    for record in records:
        if not record.sync and not record.rollback and _is_reset_at_once(record):
            reset.setdefault(_way(record), set()).update(record.slots)
    return [record for record in records if record.sync and not record.slots.isdisjoint(reset.get(_way(record), ()))]


def _way(record: Record) -> _Way:
    event = record.event
    return event.entry, event.site.function, event.chain, event.target


def _is_reset_at_once(record: Record) -> bool:
    """Whether a state that goes on is reset on every way from the replacement, before anything reads it."""
    hows = {fate.how for fate in record.fates}
    return "carrying" in record.before and "reset" in hows and hows.isdisjoint(("used", "left", "unknown"))
