"""Which weights made a state, told by the state's own values.

States are copied, sliced, masked, turned into numpy and back on their way to the next step, so a tag on the tensor
would be lost. The values survive all of that. A few of the values of every column are the column's mark.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

# How many values of a column make its mark, for each layer.
_VALUES = 8


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
    layers, width, hidden = array.shape
    part = array[:, :, :: max(1, hidden // _VALUES)]
    # A copy, so that each column lies in one piece.
    rows = part[0].copy() if layers == 1 else part.transpose(1, 0, 2).reshape(width, -1).copy()
    marks: list[bytes] = rows.view(_row_type(rows.shape[1])).ravel().tolist()
    return marks


@cache
def _row_type(values: int) -> np.dtype[Any]:
    return np.dtype(f"V{values * 4}")


class MarkTable:
    """Remembers which generation of weights made a column, for the last `capacity` columns at least."""

    def __init__(self, capacity: int = 16384) -> None:
        self._capacity = capacity
        self._young: dict[bytes, int] = {}
        self._old: dict[bytes, int] = {}

    def record(self, marks: list[bytes], generation: int) -> None:
        """These columns were made by that generation."""
        if len(self._young) > self._capacity:
            self._old, self._young = self._young, {}
        self._young.update(dict.fromkeys(marks, generation))

    def made_by(self, mark: bytes) -> int | None:
        """The generation that made the column; None if it is not remembered."""
        generation = self._young.get(mark)
        return self._old.get(mark) if generation is None else generation
