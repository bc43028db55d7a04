"""Hyperparameters that a running RecurrentPPO can be given anew."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from sb3_contrib import RecurrentPPO

_SCHEDULED = frozenset({"learning_rate", "clip_range", "clip_range_vf"})
_OF_BUFFER = frozenset({"gamma", "gae_lambda"})
_PLAIN = frozenset(
    {"ent_coef", "vf_coef", "max_grad_norm", "n_epochs", "batch_size", "target_kl", "normalize_advantage"}
)
CHANGEABLE = _SCHEDULED | _OF_BUFFER | _PLAIN


def default(name: str) -> Any:
    """The value that RecurrentPPO gives an argument by itself."""
    return inspect.signature(RecurrentPPO).parameters[name].default


def change(model: RecurrentPPO, values: Mapping[str, Any]) -> None:
    """Give the agent other values for arguments in `CHANGEABLE`, from its next rollout on."""
    for name, value in values.items():
        if name == "learning_rate":
            model.learning_rate = value
            model.lr_schedule = _schedule(value)
        elif name in _SCHEDULED:
            setattr(model, name, None if value is None else _schedule(value))
        else:
            setattr(model, name, value)
        if name in _OF_BUFFER:
            setattr(model.rollout_buffer, name, value)


def _schedule(value: float | Callable[[float], float]) -> Callable[[float], float]:
    return value if callable(value) else lambda _: float(value)
