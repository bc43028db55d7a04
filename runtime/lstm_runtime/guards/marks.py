"""Which weights made a state, told by the state's own values.

States are copied, sliced, masked, turned into numpy and back on their way to the next step, so a tag on the tensor
would be lost. The values survive all of that. A few of the values of every column are the column's mark.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

# How many values of a column make its mark, for each layer.
_VALUES = 8

# So many states, of so many values altogether, may wait for their columns to be looked at.
_UNREAD, _UNREAD_VALUES = 64, 1 << 20


def columns(state: Tensor, is_cell: bool) -> np.ndarray[Any, Any]:
    """(layers, columns, hidden) as float32 on the host. A column belongs to one environment.

    `state` is (layers, columns, hidden) or (layers, hidden) of a recurrent layer, (columns, hidden) or (hidden,) of a
    recurrent cell.
    """
    if state.dtype is not torch.float32 or state.device.type != "cpu":
        state = state.float().cpu()
    array: np.ndarray[Any, Any] = (state.detach() if state.requires_grad else state).numpy()
    if array.ndim == 3:
        return array
    return array.reshape(1, -1, array.shape[-1]) if is_cell else array.reshape(array.shape[0], 1, array.shape[-1])


def marks_of(array: np.ndarray[Any, Any]) -> list[bytes]:
    """The mark of each column of (layers, columns, hidden)."""
    marks: list[bytes] = rows_of(array).tolist()
    return marks


def rows_of(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The same as an array of opaque values, one for a column."""
    layers, width, hidden = array.shape
    part = array[:, :, :: max(1, hidden // _VALUES)]
    # A copy, so that each column lies in one piece.
    rows = part[0].copy() if layers == 1 else part.transpose(1, 0, 2).reshape(width, -1).copy()
    marks: np.ndarray[Any, Any] = rows.view(_row_type(rows.shape[1])).ravel()
    return marks


def _side_by_side(states: list[Tensor], is_cell: bool) -> Tensor:
    """One state with the columns of all of them."""
    if states[0].dim() == 3:
        return torch.cat(states, dim=1)
    if is_cell:
        return torch.cat(states) if states[0].dim() == 2 else torch.stack(states)
    return torch.stack(states, dim=1)


def _unknown(rows: np.ndarray[Any, Any], *known: dict[bytes, int]) -> np.ndarray[Any, Any]:
    """Those of columns that nobody is known to have made: a state that was written to may hold others."""
    picked = [number for number, mark in enumerate(rows.tolist()) if not any(mark in marks for marks in known)]
    return rows[picked]


def is_opaque(tensor: Tensor) -> bool:
    """Whether it has no values to read: inside of a transform, or a stand-in."""
    return (
        type(tensor) is not Tensor
        or tensor.device.type == "meta"
        or bool(torch._C._functorch.is_functorch_wrapped_tensor(tensor))
    )


@cache
def _row_type(values: int) -> np.dtype[Any]:
    return np.dtype(f"V{values * 4}")


class MarkTable:
    """Remembers which generation of weights made a column, for the last `capacity` columns at least.

    States are put into `unread`, with whether they are a cell's and their generation, and read when they have to be: by
    `read`, when there are `unread_limit`. What was written to one meanwhile counts as its own, except columns that are
    known to be of another generation.
    """

    def __init__(self, note_unreadable: Callable[[Exception], None], capacity: int = 16384) -> None:
        self._note_unreadable = note_unreadable
        self._capacity = capacity
        self._young: dict[bytes, int] = {}
        self._old: dict[bytes, int] = {}
        self.unread: deque[tuple[Tensor, bool, int]] = deque()
        # Read, and not looked for yet.
        self._rows: deque[tuple[np.ndarray[Any, Any], int]] = deque()
        self._row_count = 0
        self.unread_limit = 1
        # Else one thread would miss what another has taken from the unread and not written down yet.
        self._lock = threading.Lock()

    def record(self, marks: list[bytes], generation: int) -> None:
        """These columns were made by that generation."""
        with self._lock:
            self._read()
            self._fold()
            self._record(marks, generation)

    def read(self) -> None:
        """Read all that is unread."""
        with self._lock:
            self._read()

    def made_by(self, marks: list[bytes]) -> list[int | None]:
        """The generations that made the columns; None if it is not remembered."""
        with self._lock:
            self._read()
            self._fold()
            young, old = self._young, self._old
            return [young[mark] if mark in young else old.get(mark) for mark in marks]

    def _read(self) -> None:
        while self.unread:
            first, is_cell, generation = self.unread[0]
            self.unread_limit = max(1, min(_UNREAD, _UNREAD_VALUES // max(1, first.numel())))
            run: list[Tensor] = []
            while self.unread and self.unread[0][2] == generation and self.unread[0][0].shape == first.shape:
                run.append(self.unread.popleft()[0])
            self._read_run(run, is_cell, generation)

    def _read_run(self, states: list[Tensor], is_cell: bool, generation: int) -> None:
        """Read states of one shape; one by one if they are more than plain values."""
        try:
            written = len(states) == 1 and not states[0].is_inference() and states[0]._version > 0
            if len(states) > 1 and any(state.is_inference() or state._version for state in states):
                for state in states:
                    self._read_run([state], is_cell, generation)
                return
            array = columns(states[0] if len(states) == 1 else _side_by_side(states, is_cell), is_cell)
        except (RuntimeError, NotImplementedError) as error:
            if len(states) > 1:
                for state in states:
                    self._read_run([state], is_cell, generation)
            elif is_opaque(states[0]):
                self._note_unreadable(error)
            else:
                raise
            return
        rows = rows_of(array)
        if written:
            self._fold()
            rows = _unknown(rows, self._young, self._old)
        self._rows.append((rows, generation))
        self._row_count += len(rows)
        while self._row_count - len(self._rows[0][0]) > self._capacity:
            self._row_count -= len(self._rows.popleft()[0])

    def _fold(self) -> None:
        """Make what was read ready to be looked for."""
        while self._rows:
            rows, generation = self._rows.popleft()
            self._record(rows.tolist(), generation)
        self._row_count = 0

    def _record(self, marks: list[bytes], generation: int) -> None:
        if len(self._young) > self._capacity:
            self._old, self._young = self._young, {}
        self._young.update(dict.fromkeys(marks, generation))
