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

# When unread states are packed: so many of them at least, of so many octets together. To pack costs as much for a few
# as for many.
_MANY, _MUCH = 16, 1 << 20

# How many of them are looked at before all are read: a rollout begins with a copy of what the last one ended with,
# after which the critic was asked for the value of what follows.
_LATELY = 4

# Dimensions of the state of a batch.
_BATCHED = 3


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


# The values of a state: in octets, all of them or only those that are in marks; or in a tensor to which nobody writes,
# if to read it would mean to wait for a device, or if it need not be copied.
Values = bytes | Tensor

# A state that was made, not split into columns yet: its values, the generation, and how many values a column has in a
# layer.
Unread = tuple[Values, int, int]


class MarkTable:
    """Remembers which generation of weights made a column, for the last `capacity` columns at least.

    `depth` is the number of layers, times directions. What a module made is put into `unread`. Have it `pack` now and
    then, and `read` before anything else is asked or recorded.
    """

    def __init__(self, capacity: int = 16384) -> None:
        self.depth = 1
        self.unread: deque[Unread] = deque()
        # Whether there were states that could not be read any more.
        self.has_lost = False
        self._packed: deque[Unread] = deque()
        self._columns_packed = 0
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

    def was_just_made(self, state: Tensor, generation: int) -> bool:
        """Whether one of the states that were noted lately has these values and was made by that generation."""
        with self._lock:
            lately = [values for values, by, _ in self._lately() if by == generation]
        try:
            return any(isinstance(values, Tensor) and torch.equal(values, state) for values in lately)
        except (RuntimeError, NotImplementedError):  # of another type, or without values
            return False

    def lately_made_by(self, marks: list[bytes]) -> list[int | None] | None:
        """The generations that made the columns, if all are among the states that were noted lately."""
        with self._lock:
            lately = self._lately()
        known: dict[bytes, int] = {}
        try:
            for values, generation, width in lately:
                known.update(dict.fromkeys(marks_of(self._by_column(values, width)), generation))
        except (RuntimeError, NotImplementedError):  # without values; who reads them says so
            return None
        return [known[mark] for mark in marks] if known.keys() >= set(marks) else None

    def _lately(self) -> list[Unread]:
        # By number: others may note more meanwhile, which iterating does not allow.
        return [self.unread[-number] for number in range(min(len(self.unread), _LATELY), 0, -1)]

    def pack(self) -> None:
        """Keep only the marks of what is unread, if it is much, and no more than there is room for."""
        if len(self.unread) < _MANY or len(self.unread) * _octets(self.unread[-1][0]) < _MUCH:
            return
        with self._lock:
            taken = [self.unread.popleft() for _ in range(len(self.unread) - _LATELY)]
            for (_, generation, width), group in groupby(taken, _kind):
                states = [values for values, _, _ in group]
                part = self._in_one(states, width)
                packed = [(one, width) for one in states] if part is None else [(part, -(-width // stride(width)))]
                self._packed.extend((values, generation, width) for values, width in packed)
                self._columns_packed += sum(self._columns(*one) for one in packed)
            while self._columns_packed - self._columns(*self._packed[0][::2]) > self._capacity:
                self._columns_packed -= self._columns(*self._packed.popleft()[::2])

    def read(self, note_unreadable: Callable[[Exception], None]) -> None:
        """Split what is unread into columns; told are states that have no values."""
        with self._lock:
            self._columns_packed = 0
            for waiting in (self._packed, self.unread):
                while waiting:
                    values, generation, width = waiting.popleft()
                    try:
                        array = self._by_column(values, width)
                    except (RuntimeError, NotImplementedError) as error:
                        if isinstance(values, bytes) or not (is_opaque(values) or _is_written(values)):
                            raise
                        self.has_lost = self.has_lost or not is_opaque(values)
                        note_unreadable(error)
                        continue
                    self._record(marks_of(array), generation)

    def _by_column(self, values: Values, width: int) -> np.ndarray[Any, Any]:
        if isinstance(values, bytes):
            return np.frombuffer(values, np.float32).reshape(self.depth, -1, width)
        if _is_written(values):
            raise RuntimeError("what a recurrent module returned was written to in place")
        return on_host(values).reshape(self.depth, -1, width)

    def _in_one(self, states: list[Any], width: int) -> Values | None:
        """What is in the marks of states of one kind; None where that must wait."""
        if isinstance(states[0], bytes):
            octets = np.frombuffer(b"".join(states), np.float32).reshape(len(states), self.depth, -1, width)
            packed: bytes = octets[..., :: stride(width)].swapaxes(0, 1).tobytes()
            return packed
        if states[0].dim() != _BATCHED or any(map(_is_written, states)):
            return None
        try:
            part = torch.cat(states, 1)[..., :: stride(width)]
            return part.float().numpy().tobytes() if part.is_cpu else part.contiguous()
        except (RuntimeError, NotImplementedError):  # of several lengths, or without values
            return None

    def _columns(self, values: Values, width: int) -> int:
        count = len(values) // 4 if isinstance(values, bytes) else values.numel()
        return count // (self.depth * width)

    def _record(self, marks: list[bytes], generation: int) -> None:
        if len(self._young) > self._capacity:
            self._old, self._young = self._young, {}
        self._young.update(dict.fromkeys(marks, generation))


def _is_written(values: Tensor) -> bool:
    """Whether somebody has written to it."""
    return not values.is_inference() and values._version > 0


def _octets(values: Values) -> int:
    return len(values) if isinstance(values, bytes) else values.nbytes


def _kind(one: Unread) -> tuple[int, int, int]:
    """Equal for states that can be packed together."""
    values, generation, width = one
    return len(values) if isinstance(values, bytes) else -values.dim(), generation, width
