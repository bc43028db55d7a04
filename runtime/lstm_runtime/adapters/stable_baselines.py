"""Algorithms of stable-baselines3 and sb3-contrib: the state is on the algorithm, the initial state on the policy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from torch import nn

from lstm_runtime.adapters import modules
from lstm_runtime.states import StateSlot

KNOWS = "stable-baselines3 algorithms (sb3-contrib's RecurrentPPO keeps `_last_lstm_states`)"

STATE = "_last_lstm_states"


def is_algorithm(model: object) -> bool:
    """Whether it is an algorithm of stable-baselines3, which is not imported to find out."""
    return _is_a(model, "stable_baselines3.common.base_class", "BaseAlgorithm")


def slots(model: Any) -> list[StateSlot] | None:
    """The algorithm's own state, and what modules of its policy keep; None if it is no algorithm."""
    if not is_algorithm(model):
        return None
    policy = getattr(model, "policy", None)
    found = modules.kept_in(policy, "policy.") if isinstance(policy, nn.Module) else []
    if hasattr(model, STATE):
        found.insert(0, StateSlot(model, STATE, STATE, env_dim=1, width=model.n_envs, initial=_initial(policy)))
    return found


def hint(model: object) -> str | None:
    """What to do instead, for an object that is near to an algorithm."""
    if _is_a(model, "stable_baselines3.common.policies", "BaseModel"):
        return "pass the algorithm: the policy does not keep the state"
    return None


def _initial(policy: Any) -> Callable[[], object] | None:
    """How to get the policy's own initial state, if it has one; as an attribute or as a method without arguments."""
    if getattr(policy, "recurrent_initial_state", None) is None:
        return None

    def initial() -> object:
        given = policy.recurrent_initial_state
        return given() if callable(given) and not isinstance(given, nn.Module) else given

    return initial


def _is_a(value: object, module: str, name: str) -> bool:
    kind: type | None = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(value, kind)
