"""Two paths that meet: a state that goes on in one of them alone does so under the tests that came out otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lstm_lint.typestate.paths import Path
from lstm_lint.typestate.values import CROSSED, Guard, Phase, Tag, Value, replace

Reach = Callable[[Path], frozenset[Path]]
"""An object, and every object that it holds under a name of its own."""
_GOING_ON = (Phase.CARRYING, Phase.STALE)
_FEW = 4
"""Stale by more loads than that, the conditions of the paths are left off: the tags would double at each branch."""


def parting(one: Mapping[str, bool], other: Mapping[str, bool]) -> tuple[frozenset[Guard], frozenset[Guard]]:
    """The conditions that came out differently on two paths that meet, as each of them has it."""
    parted = [(atom, holds) for atom, holds in one.items() if other.get(atom) is (not holds)]
    return frozenset(Guard(*each) for each in parted), frozenset(Guard(atom, not holds) for atom, holds in parted)


def under(value: Value, other: Value, guards: frozenset[Guard], reach: Reach) -> Value:
    """The value of one path, what goes on in it and not in the ``other`` value under the conditions of that path."""
    elsewhere: dict[tuple[object, ...], list[frozenset[Guard]]] = {}
    for tag in other.tags:
        elsewhere.setdefault(_kind(tag), []).append(tag.guards)
    alone = frozenset(
        tag
        for tag in value.tags
        if tag.phase in _GOING_ON and not any(each <= tag.guards for each in elsewhere.get(_kind(tag), ()))
    )
    if not alone or _made_by_many(alone, reach):
        return value
    stamped = frozenset(tag.under(tag.guards | guards) for tag in alone)
    return replace(value, tags=(value.tags - alone) | stamped)


def _made_by_many(tags: frozenset[Tag], reach: Reach) -> bool:
    """Whether more loads or networks are behind these than are told apart; a network and its parts are one."""
    loads = {tag.event.site for tag in tags if tag.event is not None}
    owners = {tag.owner for tag in tags if tag.event is None}
    if len(loads) + len(owners) <= _FEW:
        return False
    whole = {owner for owner in owners if not any(_is_part(owner, other, reach) for other in owners)}
    return len(loads) + len(whole) > _FEW


def _is_part(owner: Path | None, other: Path | None, reach: Reach) -> bool:
    if owner is None or other is None or owner is other:
        return False
    return any(owner.starts_with(each) for each in reach(other))


def _kind(tag: Tag) -> tuple[object, ...]:
    return tag.phase, tag.event, ended(tag), tag.owner if tag.phase is Phase.CARRYING else None


def ended(tag: Tag) -> str:
    """The end of an episode that a state was carried over, as its cause names it."""
    return tag.cause if tag.phase is Phase.CARRYING and tag.cause.startswith(CROSSED) else ""
