"""Conditions that are put together say the same as before, and stay few."""

from __future__ import annotations

import itertools

import pytest

from lstm_lint.typestate.merging import FEW, merged_tags, simplified
from lstm_lint.typestate.values import Guard, Phase, Tag, Value, join_values


def condition(text: str) -> frozenset[Guard]:
    return frozenset(Guard(name.strip("!"), not name.startswith("!")) for name in text.split())


def conditions(*texts: str) -> set[frozenset[Guard]]:
    return {condition(text) for text in texts}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("a", "!a"), ("",)),
        (("a b", "a !b"), ("a",)),
        (("a", "a b"), ("a",)),
        (("a b", "a !b", "!a b", "!a !b"), ("",)),
        (("a b", "!a c"), ("a b", "!a c")),
        (("a b", "!a !b"), ("a b", "!a !b")),
    ],
)
def test_what_differs_in_one_test_is_put_together(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    assert simplified(conditions(*before)) == conditions(*after)


def test_it_holds_where_it_held() -> None:
    """Of three tests every set of conditions, checked at every way that the tests may come out."""
    single = [
        frozenset(Guard(n, h) for n, h in zip("abc", held, strict=True))
        for held in itertools.product((True, False), repeat=3)
    ]
    for size in range(1, len(single) + 1):
        for chosen in itertools.combinations(single, size):
            made = simplified(set(chosen))
            for world in single:
                assert any(one <= world for one in made) == (world in chosen)


def test_of_many_what_they_have_in_common_is_left() -> None:
    many = {condition(f"always x{n} !y{n}") for n in range(40)}
    assert simplified(many) == conditions("always")


def test_paths_that_double_leave_few_tags() -> None:
    """What each early return of 14 says about a stale state: joined arm by arm, as paths are."""
    whole = Value(tags=frozenset({Tag(Phase.STALE)}))
    for n in range(14):
        arms = [
            Value(tags=frozenset(tag.under(tag.guards | {Guard(f"returned {n}", holds)}) for tag in whole.tags))
            for holds in (True, False)
        ]
        whole = join_values(*arms)
        assert len(whole.tags) <= 2 * FEW
    assert all(tag.phase is Phase.STALE for tag in whole.tags)


def test_a_few_tags_stay_as_they_are() -> None:
    left = frozenset(Tag(Phase.STALE, guards=condition(text)) for text in ("a b", "c"))
    right = frozenset(Tag(Phase.STALE, guards=condition(text)) for text in ("!a", "a d"))
    assert merged_tags(left, right) == left | right


def test_what_holds_under_a_weaker_condition_is_not_met_again() -> None:
    left = frozenset({Tag(Phase.STALE, guards=condition("a"))})
    right = frozenset(Tag(Phase.STALE, guards=condition(text)) for text in ("a b", "a !b c"))
    assert merged_tags(left, right) == left
    assert merged_tags(left, right | {Tag(Phase.FRESH)}) == left | {Tag(Phase.FRESH)}
