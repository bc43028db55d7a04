"""The last steps of every environment, as the policy saw them: what a re-warm replays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# What a policy sees at one step, for all environments: (envs, ...), or a dict of these.
Observation = Any
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Step:
    """One step of all environments."""

    observation: Observation
    # (envs,), true where the observation is the first of an episode
    starts: Array
    # what the carried state was before the step, each (layers, envs, hidden): actor's h and c, critic's h and c
    states: tuple[Array, ...]


Window = Sequence[Step]


def steps_in(buffer: Any, at_most: int) -> list[Step]:
    """The last steps in a rollout buffer of sb3-contrib, oldest first and copied; none if it holds nothing.

    `train()` flattens the arrays of a buffer, environment by environment; both shapes are read.
    """
    filled = buffer.buffer_size if buffer.full else buffer.pos
    rows = range(max(0, filled - at_most), filled)
    starts = _by_time(buffer, buffer.episode_starts)
    observations = _by_time(buffer, buffer.observations)
    states = [_states_by_time(buffer, name) for name in STATES if hasattr(buffer, name)]
    return [
        Step(
            observation=_copied(observations, row),
            starts=starts[row].reshape(-1).astype(bool),
            states=tuple(state[row].copy() for state in states),
        )
        for row in rows
    ]


STATES = ("hidden_states_pi", "cell_states_pi", "hidden_states_vf", "cell_states_vf")


def _by_time(buffer: Any, values: Any) -> Any:
    """(steps, envs, ...), as a view."""
    if isinstance(values, Mapping):
        return {key: _by_time(buffer, value) for key, value in values.items()}
    if not buffer.generator_ready:
        return values
    return values.reshape(buffer.n_envs, buffer.buffer_size, *values.shape[1:]).swapaxes(0, 1)


def _states_by_time(buffer: Any, name: str) -> Array:
    """(steps, layers, envs, hidden), as a view."""
    states: Array = _by_time(buffer, getattr(buffer, name))
    return states.swapaxes(1, 2) if buffer.generator_ready else states


def _copied(values: Any, row: int) -> Observation:
    if isinstance(values, Mapping):
        return {key: value[row].copy() for key, value in values.items()}
    return values[row].copy()


def lengths(window: Window, n_envs: int) -> tuple[int, ...]:
    """For each environment, how many of the steps belong to its running episode."""
    starts = [np.flatnonzero([step.starts[env] for step in window]) for env in range(n_envs)]
    return tuple(len(window) - (int(found[-1]) if len(found) else 0) for found in starts)


def reaches_start(window: Window, n_envs: int) -> tuple[bool, ...]:
    """For each environment, whether its running episode began within the window."""
    return tuple(any(bool(step.starts[env]) for step in window) for env in range(n_envs))
