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


def stride(hidden: int) -> int:
    """From one value of a column of so many to the next that is in its mark."""
    return max(1, hidden // _VALUES)


def columns(state: Tensor, is_cell: bool) -> np.ndarray[Any, Any]:
    """(layers, columns, hidden) as float32 on the host. A column belongs to one environment.

    `state` is (layers, columns, hidden) or (layers, hidden) of a recurrent layer, (columns, hidden) or (hidden,) of a
    recurrent cell.
    """
    if state.dtype is not torch.float32 or state.device.type != "cpu":
        state = state.float().cpu()
    array: np.ndarray[Any, Any] = (state.detach() if state.requires_grad else state).numpy()
    return _in_columns(array, is_cell)


def _in_columns(array: np.ndarray[Any, Any], is_cell: bool) -> np.ndarray[Any, Any]:
    if array.ndim == 3:
        return array
    return array.reshape(1, -1, array.shape[-1]) if is_cell else array.reshape(array.shape[0], 1, array.shape[-1])


def marks_of(array: np.ndarray[Any, Any]) -> list[bytes]:
    """The mark of each column of (layers, columns, hidden)."""
    return _split(array[:, :, :: stride(array.shape[-1])])


def _split(part: np.ndarray[Any, Any]) -> list[bytes]:
    """The marks of columns from the values that make them, (layers, columns, values)."""
    # A copy, so that each column lies in one piece.
    rows = part[0].copy() if len(part) == 1 else part.transpose(1, 0, 2).reshape(part.shape[1], -1).copy()
    marks: list[bytes] = rows.view(_row_type(rows.shape[1])).ravel().tolist()
    return marks


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


# The values that make the marks of a state, not split into columns yet, as octets and their shape, or, where to read
# them now would mean to wait for a device, as a tensor; whether it is a cell's; its generation.
Unread = tuple[bytes | Tensor, tuple[int, ...], bool, int]


class MarkTable:
    """Remembers which generation of weights made a column, for the last `capacity` columns at least.

    What a module made is put into `unread`, and split into columns when somebody asks. Have it `trim` when there is
    more than `unread_limit`.
    """

    def __init__(self, note_unreadable: Callable[[Exception], None], capacity: int = 16384) -> None:
        self._note_unreadable = note_unreadable
        self._capacity = capacity
        self._young: dict[bytes, int] = {}
        self._old: dict[bytes, int] = {}
        self.unread: deque[Unread] = deque()
        self.unread_limit = 0
        # Else one thread would miss what another has taken from the unread and not written down yet.
        self._lock = threading.Lock()

    def record(self, marks: list[bytes], generation: int) -> None:
        """These columns were made by that generation."""
        with self._lock:
            self._read()
            self._record(marks, generation)

    def made_by(self, marks: list[bytes]) -> list[int | None]:
        """The generations that made the columns; None if it is not remembered."""
        with self._lock:
            self._read()
            young, old = self._young, self._old
            return [young[mark] if mark in young else old.get(mark) for mark in marks]

    def trim(self) -> None:
        """Drop of the unread what goes beyond the capacity."""
        with self._lock:
            if not self.unread:
                return
            _, shape, is_cell, _ = self.unread[-1]
            width = shape[1] if len(shape) == 3 else shape[0] if is_cell and len(shape) == 2 else 1
            needed = max(1, self._capacity // max(1, width))
            self.unread_limit = needed + needed // 8 + 8  # not at every call
            while len(self.unread) > needed:
                self.unread.popleft()

    def _read(self) -> None:
        while self.unread:
            values, shape, is_cell, generation = self.unread.popleft()
            if isinstance(values, bytes):
                array = _in_columns(np.frombuffer(values, np.float32).reshape(shape), is_cell)
            else:
                try:
                    array = columns(values, is_cell)
                except (RuntimeError, NotImplementedError) as error:
                    if not is_opaque(values):
                        raise
                    self._note_unreadable(error)
                    continue
            self._record(_split(array), generation)

    def _record(self, marks: list[bytes], generation: int) -> None:
        if len(self._young) > self._capacity:
            self._old, self._young = self._young, {}
        self._young.update(dict.fromkeys(marks, generation))
