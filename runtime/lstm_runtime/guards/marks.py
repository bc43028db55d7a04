"""Which weights made a state, told by the state's own values.

States are copied, sliced, masked, turned into numpy and back on their way to the next step, so a tag on the tensor
would be lost. The values survive all of that. A few of the values of every column are the column's mark.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np
import torch
from torch import Tensor

# How many values of a column make its mark, for each layer: twice as many at most.
_VALUES = 8

# How many unread states are packed.
_MUCH = 64


def stride(hidden: int) -> int:
    """From one value of a column of so many to the next that is in its mark. One for what is a mark already."""
    return max(1, hidden // _VALUES)


def columns(state: Tensor, is_cell: bool) -> np.ndarray[Any, Any]:
    """(layers, columns, hidden) as float32 on the host. A column belongs to one environment.

    `state` is (layers, columns, hidden) or (layers, hidden) of a recurrent layer, (columns, hidden) or (hidden,) of a
    recurrent cell.
    """
    array = on_host(state)
    if array.ndim == 3:
        return array
    return array.reshape(1, -1, array.shape[-1]) if is_cell else array.reshape(array.shape[0], 1, array.shape[-1])


def on_host(values: Tensor) -> np.ndarray[Any, Any]:
    """The values as float32."""
    if values.dtype is not torch.float32 or not values.is_cpu:
        values = values.float().cpu()
    array: np.ndarray[Any, Any] = (values.detach() if values.requires_grad else values).numpy()
    return array


def marks_of(array: np.ndarray[Any, Any]) -> list[bytes]:
    """The mark of each column of (..., layers, columns, hidden), in order."""
    part = array[..., :: stride(array.shape[-1])]
    # A copy, so that each column lies in one piece.
    rows = part.swapaxes(-3, -2).reshape(-1, part.shape[-3] * part.shape[-1]).copy()
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


# States that were made, not split into columns yet: their values, or those only that are in marks, in octets, or, where
# to read them now would mean to wait for a device, a tensor; the generation; how many values a column has in a layer.
Unread = tuple[bytes | Tensor, int, int]


class MarkTable:
    """Remembers which generation of weights made a column, for the last `capacity` columns at least.

    `depth` is the number of layers, times directions. What a module made is put into `unread`. Have it `pack` now and
    then, and `read` before anything else is asked or recorded.
    """

    def __init__(self, capacity: int = 16384) -> None:
        self.depth = 1
        self.unread: deque[Unread] = deque()
        self._packed: deque[Unread] = deque()
        self._capacity = capacity
        self._young: dict[bytes, int] = {}
        self._old: dict[bytes, int] = {}
        # Else one thread would miss what another has taken from the unread and not written down yet.
        self._lock = threading.Lock()

    def record(self, marks: list[bytes], generation: int) -> None:
        """These columns were made by that generation."""
        with self._lock:
            self._record(marks, generation)

    def made_by(self, marks: list[bytes]) -> list[int | None]:
        """The generations that made the columns; None if it is not remembered."""
        with self._lock:
            young, old = self._young, self._old
            return [young[mark] if mark in young else old.get(mark) for mark in marks]

    def pack(self) -> None:
        """Keep only the marks of what is unread, if it is much, and no more than there is room for."""
        if len(self.unread) < _MUCH:
            return
        with self._lock:
            taken = [self.unread.popleft() for _ in range(len(self.unread))]
            for (_, generation, width), group in groupby(taken, _kind):
                states = [one[0] for one in group]
                octets = b"".join(one for one in states if isinstance(one, bytes))
                if octets:
                    array = np.frombuffer(octets, np.float32).reshape(len(states), self.depth, -1, width)
                    part = array[..., :: stride(width)].swapaxes(0, 1)
                    self._packed.append((part.tobytes(), generation, part.shape[-1]))
                self._packed.extend((one, generation, width) for one in states if isinstance(one, Tensor))
            columns_left = sum(map(self._columns, self._packed))
            while columns_left - self._columns(self._packed[0]) > self._capacity:
                columns_left -= self._columns(self._packed.popleft())

    def read(self, note_unreadable: Callable[[Exception], None]) -> None:
        """Split what is unread into columns; told are states that have no values."""
        with self._lock:
            for waiting in (self._packed, self.unread):
                while waiting:
                    values, generation, width = waiting.popleft()
                    if isinstance(values, bytes):
                        array = np.frombuffer(values, np.float32)
                    else:
                        try:
                            array = on_host(values)
                        except (RuntimeError, NotImplementedError) as error:
                            if not is_opaque(values):
                                raise
                            note_unreadable(error)
                            continue
                    self._record(marks_of(array.reshape(self.depth, -1, width)), generation)

    def _columns(self, one: Unread) -> int:
        values, _, width = one
        return (len(values) // 4 if isinstance(values, bytes) else values.numel()) // (self.depth * width)

    def _record(self, marks: list[bytes], generation: int) -> None:
        if len(self._young) > self._capacity:
            self._old, self._young = self._young, {}
        self._young.update(dict.fromkeys(marks, generation))


def _kind(one: Unread) -> tuple[int, int, int]:
    """Equal for states that can be packed together."""
    values, generation, width = one
    return (len(values) if isinstance(values, bytes) else 0), generation, width
