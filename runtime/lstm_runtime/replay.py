"""Runs a window of observations through a policy, for the state that it ends with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from lstm_runtime import remedies
from lstm_runtime.initial import initial_tensors
from lstm_runtime.states import StateSlot, leaves, mapped
from lstm_runtime.window import Observation, Step, Window, reaches_start


def replayed(model: Any, slot: StateSlot, window: Window, *, from_stored: bool) -> list[Tensor]:
    """The state tensors of `slot` after the policy of `model` has seen `window`, each (layers, envs, hidden).

    An environment whose episode began within the window starts from the initial state there; another one from what
    was stored with the first step, or from the initial state too.
    """
    initial = dict(zip((state.name for state in slot.tensors()), initial_tensors(slot), strict=True))
    first = _first(initial, window[0], reaches_start(window, model.n_envs), from_stored)
    states = mapped(slot.read(), lambda _, name: first[name], slot.name)
    with as_in_a_rollout(model.policy):
        for step in window:
            states = _advanced(model.policy, slot, states, step, initial)
    return [tensor for _, tensor in leaves(states, slot.name)]


def _first(
    initial: Mapping[str, Tensor], step: Step, knows_start: tuple[bool, ...], from_stored: bool
) -> dict[str, Tensor]:
    """The state before the window; an environment with anything stored that is not finite starts afresh."""
    if not from_stored or len(step.states) < len(initial):
        return {name: tensor.clone() for name, tensor in initial.items()}
    before = {
        name: torch.as_tensor(stored).to(fresh)
        for (name, fresh), stored in zip(initial.items(), step.states, strict=False)
    }
    finite = torch.stack([stored.isfinite().all(dim=2).all(dim=0) for stored in before.values()]).all(dim=0)
    usable = (finite & ~torch.tensor(knows_start, device=finite.device)).view(1, -1, 1)
    return {name: torch.where(usable, before[name], fresh) for name, fresh in initial.items()}


def _advanced(policy: Any, slot: StateSlot, states: object, step: Step, initial: Mapping[str, Tensor]) -> object:
    """The state after one more step, by the call that a rollout makes."""
    starts = torch.as_tensor(step.starts, device=policy.device)
    # The policy masks by the episode starts to zero; one with a learned start relies on finding it there.
    begun = mapped(states, lambda tensor, name: torch.where(starts.view(1, -1, 1), initial[name], tensor), slot.name)
    seen = _as_tensors(step.observation, policy.device)
    return policy(seen, begun, starts.float(), deterministic=True)[-1]


def _as_tensors(observation: Observation, device: torch.device) -> Any:
    if isinstance(observation, Mapping):
        return {key: torch.as_tensor(value, device=device) for key, value in observation.items()}
    return torch.as_tensor(observation, device=device)


@contextmanager
def as_in_a_rollout(policy: Any) -> Iterator[None]:
    """Evaluation mode, no gradients, and the random numbers that training will draw left alone."""
    training = policy.training
    devices = [policy.device] if policy.device.type == "cuda" else []
    policy.set_training_mode(False)
    try:
        with torch.no_grad(), torch.random.fork_rng(devices=devices), remedies.replay():
            yield
    finally:
        policy.set_training_mode(training)
