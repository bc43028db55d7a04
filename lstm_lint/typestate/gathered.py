"""What one network steps for several members at once: their states, gathered row by row in a variable of a function.

``for row, name in enumerate(names): batch[row] = self.memories[name]``, and ``rows.append(self.memories[name])``. What
is handed on is read from where the rows are kept, as it is where they are stacked in one expression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from lstm_lint.typestate.paths import FieldPlace, Local, Place
from lstm_lint.typestate.targets import looks_like_state
from lstm_lint.typestate.values import NOTHING, Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

ARRAYS = ("torch.Tensor", "numpy.ndarray")


def is_here(place: Place | None, run: Interpreter) -> TypeGuard[Local]:
    """Whether a collection is in a variable of the function that is run."""
    return isinstance(place, Local) and place.frame == run.frame.number


def gather(run: Interpreter, place: Place | None, value: Value, state: State) -> None:
    """One more row is put into a collection of the function: what it was read from, the collection is read from."""
    kept = _kept(value) if is_here(place, run) else frozenset()
    if place is None or not kept:
        return
    held = state.get(place) or NOTHING
    if not held.refs and not kept <= held.src:
        state.put(place, replace(held, src=held.src | kept))


def is_gathered(run: Interpreter, place: Place, value: Value) -> bool:
    """Whether a row is the state of one of several members, which goes on in the collection as it is.

    A whole state that is put there step after step is a copy that is written down.
    """
    return is_here(place, run) and bool(_kept(value)) and any(ref.attrs[-1:] == ("[*]",) for ref in value.refs)


def _kept(value: Value) -> frozenset[Place]:
    """The attributes that may keep a state which a value was read from."""
    if value.calls or any(t.ref not in ARRAYS for t in value.types):
        return frozenset()
    return frozenset(place for place in value.src if isinstance(place, FieldPlace) and looks_like_state(place))
