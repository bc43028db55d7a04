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


def _keeps(run: Interpreter, path: Path, attr: str, state: State) -> bool:
    slots = (slot for t in run.types_of(path, state) for slot in run.index.deep(t.ref))
    return any(slot.place[-1] == attr for slot in slots)
