"""The state that a module is fed, and the one that its owner keeps: finding the one in the other, and mending both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lstm_runtime.adapters import slots_of
from lstm_runtime.guards.parts import roots_of
from lstm_runtime.initial import initial_tensors, put_back
from lstm_runtime.remedies import Remedy, announce
from lstm_runtime.states import StateSlot, StateTensor, leaves

# A parameter with more rows than this is no initial state: layers times directions.
_DEEPEST = 16

State = tuple[Tensor, ...]


@dataclass(frozen=True)
class Kept:
    """A slot, and what it holds: as it is, or a copy of what it held once."""

    slot: StateSlot
    tensors: tuple[StateTensor, ...]

    def copy(self) -> Kept:
        """The same with tensors of its own."""
        return Kept(self.slot, tuple(StateTensor(t.name, t.tensor.detach().clone(), t.env_dim) for t in self.tensors))

    def start_of(self, state: State, envs: Iterable[int], env_dim: int | None) -> int | None:
        """From which of the tensors on the columns of `state` are found."""
        wanted = tuple(envs)
        for start in range(len(self.tensors) - len(state) + 1):
            group = self.tensors[start : start + len(state)]
            if all(_equal(kept, used, wanted, env_dim) for kept, used in zip(group, state, strict=True)):
                return start
        return None


def _equal(kept: StateTensor, used: Tensor, envs: tuple[int, ...], env_dim: int | None) -> bool:
    if kept.tensor.shape != used.shape or kept.env_dim != env_dim:
        return False
    fed = StateTensor("", used, env_dim)
    pairs = [(kept.column(env).detach(), fed.column(env).detach()) for env in envs]
    return all(bool(((one == two) | (one.isnan() & two.isnan())).all()) for one, two in pairs)


def kept_by(target: object) -> list[Kept]:
    """What the target keeps now; nothing for one that is not known to keep any state."""
    return [Kept(slot, tuple(slot.tensors())) for slot in slots_or_none(target)]


def slots_or_none(target: object) -> list[StateSlot]:
    """The slots of the target, if it is known to keep any state."""
    try:
        return slots_of(target)
    except TypeError:
        return []


def reset_kept(target: object, envs: tuple[int, ...]) -> None:
    """Put what the target keeps back to initial in these environments, where it is: also in the middle of a rollout."""
    for slot in slots_or_none(target):
        if slot.tensors():
            put_back(slot, envs)
    announce(Remedy(target, "reset", envs))


def with_columns(state: State, values: Iterable[StateTensor], envs: tuple[int, ...]) -> State:
    """A copy of the state with the columns of `envs` from `values`."""
    mended = []
    for used, kept in zip(state, values, strict=True):
        copy = StateTensor("", used.detach().clone(), kept.env_dim)
        for env in envs:
            copy.column(env).copy_(kept.column(env).detach())
        mended.append(copy.tensor)
    return tuple(mended)


def initial_like(target: object, state: State, env_dim: int | None) -> list[StateTensor]:
    """The initial state in the shape of `state`: zeros, or the policy's own initial state where it fits."""
    values = [torch.zeros_like(tensor) for tensor in state]
    for slot in slots_or_none(target):
        if slot.initial is None or not slot.tensors():
            continue
        for value, initial in zip(values, initial_tensors(slot), strict=False):
            one = StateTensor("", initial, slot.dimension(initial)).column(0)
            if env_dim == 1 and value[:, 0].shape == one.shape:
                value.copy_(one.unsqueeze(1).expand_as(value))
        break
    return [StateTensor("", value, env_dim) for value in values]


def initial_values(target: object, width: int) -> list[np.ndarray[Any, Any]]:
    """Parameters that may be a learned initial state, and the policy's own one: (layers or 1, width) each."""
    given: list[Tensor] = [value for root in roots_of(target).values() for value in root.parameters() if value.dim()]
    for slot in slots_or_none(target):
        if slot.initial is not None:
            given += [value for _, value in leaves(slot.initial(), parameters=True)]
    fitting = [value for value in given if value.shape[-1] == width and value.numel() <= _DEEPEST * width]
    # Not by `value.detach()`: to read a guarded parameter here is nothing that a user did with it.
    return [torch.Tensor.detach(value).float().cpu().numpy().reshape(-1, width) for value in fitting]
