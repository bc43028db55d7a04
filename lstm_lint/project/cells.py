"""Networks of which one call is one step, because they are built of cells."""

from __future__ import annotations

from lstm_lint import walk
from lstm_lint.flow import Shape
from lstm_lint.project.classes import ClassRef
from lstm_lint.project.symbols import ClassInfo

CELLS = frozenset({"LSTMCell", "GRUCell", "RNNCell"})
"""What gives the next state and nothing else."""
LAYERS = frozenset({"LSTM", "GRU", "RNN"})
"""What gives it beside its outputs."""


def is_of_cells(ref: ClassRef) -> bool:
    """Whether all that a class computes with is cells, none of them in a loop of its own."""
    if not isinstance(ref, ClassInfo):
        return False
    built: set[str] = set()
    for function in ref.fact.functions.values():
        if any(not LAYERS.isdisjoint(_called(loop)) for loop in walk.loops(function.body)):
            return False
        if function.name != "__init__" and any(True for _ in walk.loops(function.body)):
            return False
        built |= _called(function.body)
    return bool(built & CELLS) and not built & LAYERS


def _called(shape: Shape) -> set[str]:
    return {walk.last_name(call.func) for call in walk.calls(shape)}
