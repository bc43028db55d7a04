"""Collections that are None throughout, ``[None] * n``, until something is put into them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.typestate.values import Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.state import State

_READS = frozenset({
    "zip", "enumerate", "len", "list", "tuple", "iter", "reversed", "print", "repr", "str", "id", "type", "isinstance",
    "all", "any", "range", "max", "min", "sum", "sorted",
})  # fmt: skip
"""Functions that put nothing into what they are handed."""


def repeated(values: Iterable[Value]) -> Value | None:
    """What ``[None] * n`` gives, of the values that are multiplied; None where it is not that."""
    for value in values:
        if value.items and all(item.is_none for item in value.items):
            return Value(element=value.items[0])
    return None


def filled(collections: Iterable[Value], state: State) -> None:
    """Something is put into these: what is read from them may be anything, under whatever name they go."""
    for value in collections:
        if not _is_blank(value):
            continue
        for place in value.src:
            held = state.get(place)
            if held is not None and _is_blank(held):
                element = None if held.element is None else replace(held.element, const=None)
                state.put(place, replace(held, element=element, items=None))


def handed(name: str, collections: Iterable[Value], state: State) -> None:
    """These are handed to a function that cannot be read, which may put something into them."""
    if name not in _READS:
        filled(collections, state)


def _is_blank(value: Value) -> bool:
    if value.element is not None:
        return value.element.is_none
    return bool(value.items) and all(item.is_none for item in value.items or ())
