"""The plain remedy: put carried state back to what it is before the first observation."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from lstm_runtime.adapters import slots_of
from lstm_runtime.environments import Envs, environment_indices
from lstm_runtime.errors import InsideRolloutError
from lstm_runtime.initial import put_back
from lstm_runtime.moment import Moment, moment_of
from lstm_runtime.remedies import Remedy, announce
from lstm_runtime.states import StateSlot

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ResetReport:
    """What a reset did: the state tensors it put back and the environments it did so for. False when it did nothing."""

    model: str
    tensors: tuple[str, ...]
    envs: tuple[int, ...]
    reason: str = ""

    def __bool__(self) -> bool:
        return bool(self.tensors and self.envs)

    def __str__(self) -> str:
        if not self:
            return f"nothing to reset on {self.model}: {self.reason}"
        return f"{self.model}: {', '.join(self.tensors)} put back to initial in environments {list(self.envs)}"


def reset_lstm_states_to_initial(model: object, envs: Envs = None) -> ResetReport:
    """Put the recurrent state that `model` carries back to initial, in place, and return what was reset.

    `model` is an algorithm of stable-baselines3 or sb3-contrib, a torch module (or an object that holds one) that keeps
    its state in attributes, or of a class given to `register_adapter`. `envs` are the environments to reset: None for
    all, an index, indices, or a boolean for each. A state is (layers, envs, hidden) for an nn.LSTM; it becomes zeros of
    its own shape, or the policy's `recurrent_initial_state` where there is one. Logs at INFO.

    The report is empty where there is nothing to reset: a state that is still None, an algorithm without a recurrent
    policy. Raises TypeError for an object that holds recurrent state nowhere that is known, IndexError for an
    environment that is not there, and InsideRolloutError in `_on_step`, where a reset cannot take full effect: the
    rollout acts on a copy of its own, and `train()` would replay the step without the reset.
    """
    report = _reset(model, slots_of(model), envs)
    logger.info("%s", report)
    return report


def reset_quietly(model: object, envs: Envs) -> ResetReport:
    """The same, logged at DEBUG: for resets that are part of every episode."""
    report = _reset(model, slots_of(model), envs)
    logger.debug("%s", report)
    return report


def _reset(model: object, slots: list[StateSlot], envs: Envs) -> ResetReport:
    name = type(model).__name__
    if not slots:
        return ResetReport(name, (), (), "it carries no recurrent state")
    refuse_inside_rollout(model, "reset_lstm_states_to_initial")
    width = state_width(slots)
    if width is None:
        return ResetReport(name, (), (), "its state is not made yet")
    chosen = environment_indices(envs, width)
    tensors = tuple(tensor for slot in slots for tensor in put_back(slot, chosen))
    announce(Remedy(model, "reset", chosen))
    return ResetReport(name, tensors, chosen, "" if tensors and chosen else "no environment was named")


def refuse_inside_rollout(model: object, function: str) -> None:
    """Raises InsideRolloutError while `model` is between two steps of a rollout."""
    if moment_of(model) is Moment.INSIDE_ROLLOUT:
        raise InsideRolloutError(
            f"{function} was called inside a rollout of this {type(model).__name__} (`_on_step`, or an environment or "
            "hook that it calls). The rollout acts on a copy of the state, and train() would replay the steps without "
            "the change. Do it in the callback's `_on_rollout_start`, or between two calls of learn(); "
            "lstm_runtime.ExploitCallback keeps a request until then"
        )


def state_width(slots: Iterable[StateSlot]) -> int | None:
    """How many environments the state is for; None while there is no state."""
    tensors = [(slot, tensor) for slot in slots for tensor in slot.tensors()]
    widths = [tensor.n_envs if slot.width is None else slot.width for slot, tensor in tensors]
    return max(widths, default=None)
