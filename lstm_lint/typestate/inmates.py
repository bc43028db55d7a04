"""States that objects keep in themselves: where one object takes another's place, they go with the object they are in.

A name may stand for one of several models, and then two names may stand for one: a state that is found in ``self.cat``
can have been made by what ``self.mouse`` stood for. Another model in ``self.mouse`` does not come to read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.typestate.paths import FieldPlace, Path, Place

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def stays(run: Interpreter, place: Place, gone: Iterable[Path], state: State) -> bool:
    """Whether a state is in an object of the kind of those that are ``gone``, which keep such states in themselves.

    Not so in what they were a part of: ``runner.model`` may keep its state in the runner.
    """
    if not isinstance(place, FieldPlace):
        return False
    return any(not path.starts_with(place.owner) and _keeps(run, path, place.attr, state) for path in gone)


def has_its_own(place: Place, gone: Iterable[Path], state: State) -> bool:
    """Whether a state is in an object that has the network that is ``gone`` by an attribute of its own, and keeps it.

    ``store.net = newest`` leaves the hand of cards alone that was dealt with the one before. Not so where it has the
    new one as well, or may be what has the attribute in question.
    """
    if not isinstance(place, FieldPlace):
        return False
    left = set(gone)
    if any(path.attrs and path.starts_with(place.owner) for path in left):
        return False
    inside = [(each, value.refs) for each, value in state.heap.items() if each.owner == place.owner]
    refs = [held - {each.owner.child(each.attr)} for each, held in inside]
    value = state.get(place)
    makers = [tag.owner for tag in value.tags if tag.owner is not None] if value is not None else []
    depth = len(place.owner.attrs) + 1
    own = any(maker.starts_with(place.owner) and len(maker.attrs) == depth for maker in makers)
    return own or any(held and held <= left for held in refs)


def _keeps(run: Interpreter, path: Path, attr: str, state: State) -> bool:
    slots = (slot for t in run.types_of(path, state) for slot in run.index.deep(t.ref))
    return any(slot.place[-1] == attr for slot in slots)
