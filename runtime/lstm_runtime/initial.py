"""What a carried state is before the first observation, and putting it there."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from lstm_runtime.states import StateSlot, StateTensor, leaves, mapped


def put_back(slot: StateSlot, envs: tuple[int, ...]) -> list[str]:
    """Set the columns of `envs` to initial in every tensor of the slot; returns the names of the tensors.

    Raises ValueError, with nothing changed, if the owner's initial state does not fit its state.
    """
    held = slot.tensors()
    fresh = {state.name: initial for state, initial in zip(held, initial_tensors(slot), strict=True)}
    for state in held:
        if state.tensor.shape != fresh[state.name].shape and len(envs) != slot.width:
            raise ValueError(
                f"{state.name} has {state.n_envs} columns for {slot.width} environments: reset all of them, not some"
            )
    replace(slot, lambda tensor, name: with_columns(tensor, fresh[name], slot.dimension(tensor), envs))
    return [state.name for state in held]


def replace(slot: StateSlot, change: Callable[[Tensor, str], Tensor]) -> None:
    """Give every tensor of the slot to `change(tensor, name)` and keep what it returns."""
    before = slot.read()
    with torch.no_grad():
        after = mapped(before, change, slot.name)
    if after is not before:
        slot.write(after)


def initial_tensors(slot: StateSlot) -> list[Tensor]:
    """For each tensor of the slot, its initial value for all environments, as a new tensor or a view of one.

    Raises ValueError if the owner's initial state does not fit.
    """
    held = slot.tensors()
    given = [] if slot.initial is None else [tensor.detach() for _, tensor in leaves(slot.initial(), parameters=True)]
    if not given:
        return [state.tensor.new_zeros(_full_shape(state, slot.width)) for state in held]
    # One (h, c) for an actor and a critic, which have a pair each.
    repeated = given * (len(held) // len(given))
    if len(repeated) != len(held):
        raise ValueError(f"the initial state of {slot.name} has {len(given)} tensors, the state itself {len(held)}")
    return [_fitted(initial, state, slot.width) for initial, state in zip(repeated, held, strict=True)]


def _full_shape(state: StateTensor, width: int | None) -> list[int]:
    shape = list(state.tensor.shape)
    if width is not None and state.env_dim is not None:
        shape[state.env_dim] = width
    return shape


def _fitted(initial: Tensor, state: StateTensor, width: int | None) -> Tensor:
    shape = _full_shape(state, width)
    if initial.dim() == len(shape) - 1 and state.env_dim is not None:
        initial = initial.unsqueeze(state.env_dim)
    try:
        return initial.to(state.tensor).expand(shape)
    except RuntimeError as error:
        raise ValueError(
            f"the initial state for {state.name} has shape {tuple(initial.shape)}, which does not fit {tuple(shape)}"
        ) from error


def with_columns(tensor: Tensor, fresh: Tensor, env_dim: int | None, envs: tuple[int, ...]) -> Tensor:
    """`tensor` with the columns of `envs` from `fresh`: itself, unless it cannot be written to or has another width."""
    if tensor.shape != fresh.shape:
        return fresh.clone()
    target = tensor if is_writable(tensor) else tensor.detach().clone()
    if env_dim is None:
        return target.copy_(fresh) if envs else target
    for env in (env for env in envs if env < target.shape[env_dim]):
        target.select(env_dim, env).copy_(fresh.select(env_dim, env))
    return target


def is_writable(tensor: Tensor) -> bool:
    """Not part of a graph that may yet be differentiated, not of inference mode, not an expanded view."""
    overlaps = any(stride == 0 and size > 1 for stride, size in zip(tensor.stride(), tensor.shape, strict=True))
    return not (tensor.requires_grad or tensor.is_inference() or overlaps)
