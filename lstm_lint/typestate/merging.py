"""Keeping the conditions apart under which a state is what it is, without as many of them as there are paths.

Each early return doubles the paths. That a state is stale where a test held, and where it did not, says no more than
that it is stale.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from lstm_lint.typestate.values import CallMark, Guard, Tag

Condition = frozenset["Guard"]

FEW = 24
"""So many tags, or marks of calls, are left as they are."""
_APART = 12
"""So many conditions are kept of one tag; of more, what all of them have in common."""
_T = TypeVar("_T")


def merged_tags(left: frozenset[Tag], right: frozenset[Tag]) -> frozenset[Tag]:
    """Tags of either of two paths that meet, with fewer conditions where there are many."""
    tags = _either(left, right, _kind, lambda tag: tag.guards)
    if len(tags) <= FEW:
        return tags
    return frozenset(_merged(tags, _kind, lambda tag: tag.guards, lambda tag, guards: tag.under(guards)))


def merged_calls(left: frozenset[CallMark], right: frozenset[CallMark]) -> frozenset[CallMark]:
    """The same for the marks of calls whose outcome is stale."""
    calls = _either(left, right, _kind_of_mark, _guards_of_mark)
    if len(calls) <= FEW:
        return calls
    return frozenset(_merged(calls, _kind_of_mark, _guards_of_mark, _mark_under))


def _either(
    left: frozenset[_T], right: frozenset[_T], kind: Callable[[_T], Hashable], guards: Callable[[_T], Condition]
) -> frozenset[_T]:
    """All on the left, and those on the right that are not so under a weaker condition on the left.

    Else what was put together in one round of a loop would be met in parts again in the next, and no round be the last.
    """
    if not left or not right or right <= left:
        return left or right
    known: dict[Hashable, list[Condition]] = defaultdict(list)
    for one in left:
        known[kind(one)].append(guards(one))
    return left | {one for one in right if not any(weaker <= guards(one) for weaker in known.get(kind(one), ()))}


def _merged(
    each: Iterable[_T],
    kind: Callable[[_T], Hashable],
    guards: Callable[[_T], Condition],
    under: Callable[[_T, Condition], _T],
) -> Iterable[_T]:
    groups: dict[Hashable, list[_T]] = defaultdict(list)
    for one in each:
        groups[kind(one)].append(one)
    for group in groups.values():
        if len(group) == 1:
            yield group[0]
        else:
            yield from (under(group[0], condition) for condition in simplified({guards(one) for one in group}))


def simplified(conditions: set[Condition]) -> set[Condition]:
    """Conditions of which one holds where one of these did: the same ones with fewer tests in them, if not too many."""
    found = set(conditions)
    todo = list(found)
    while todo:
        condition = todo.pop()
        if condition not in found:
            continue
        for guard in condition:
            rest = condition - {guard}
            other = rest | {guard._replace(holds=not guard.holds)}
            if rest in found:  # holds wherever this one does
                found.discard(condition)
                break
            if other in found:
                found -= {condition, other}
                found.add(rest)
                todo.append(rest)
                break
    if len(found) > _APART:
        return {frozenset.intersection(*found)}
    return found


def _kind(tag: Tag) -> Hashable:
    return tag.phase, tag.owner, tag.event, tag.strength, tag.cause


def _kind_of_mark(mark: CallMark) -> Hashable:
    return *mark[:-1], None if mark.stale is None else _kind(mark.stale)


def _guards_of_mark(mark: CallMark) -> Condition:
    return frozenset() if mark.stale is None else mark.stale.guards


def _mark_under(mark: CallMark, guards: Condition) -> CallMark:
    return mark if mark.stale is None else mark._replace(stale=mark.stale.under(guards))
