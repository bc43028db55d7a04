"""Networks of which one call is one step, because they are built of cells."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import walk
from lstm_lint.flow import Shape
from lstm_lint.project.classes import ClassRef
from lstm_lint.project.symbols import ClassInfo

_CELLS = frozenset({"LSTMCell", "GRUCell", "RNNCell"})
_LAYERS = frozenset({"LSTM", "GRU", "RNN"})


def is_of_cells(ref: ClassRef) -> bool:
    """Whether all that a class computes with is cells, none of them in a loop of its own."""
    if not isinstance(ref, ClassInfo):
        return False
    built: set[str] = set()
    for function in ref.fact.functions.values():
        if any(not _LAYERS.isdisjoint(_called(loop)) for loop in walk.loops(function.body)):
            return False
        if function.name != "__init__" and any(True for _ in walk.loops(function.body)):
            return False
        built |= set(_called(function.body))
    return bool(built & _CELLS) and not built & _LAYERS


def _called(shape: Shape) -> Iterator[str]:
    for action in walk.actions(shape):
        yield from (walk.last_name(call.func) for call in walk.calls_in(action))
