"""What exploits do to a recurrent agent, as figures in the logger of stable-baselines3.

All are recorded at the end of a rollout, and so appear with that rollout's `rollout/…` and `time/…` figures. The names
stand in `FIGURES`.
"""

from __future__ import annotations

import copy
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import torch
from stable_baselines3.common.distributions import kl_divergence
from stable_baselines3.common.utils import obs_as_tensor

from lstm_runtime import remedies
from lstm_runtime.adapters import stable_baselines
from lstm_runtime.errors import NoHistoryError
from lstm_runtime.initial import initial_tensors
from lstm_runtime.replay import as_in_a_rollout, replayed
from lstm_runtime.rewarm import Plan, Start, plan
from lstm_runtime.states import StateSlot, mapped

if TYPE_CHECKING:
    from torch import Tensor

    from lstm_runtime.history import ObservationHistory

# How many steps at the beginning of a rollout count for the value loss: a stale state is washed out later.
VALUE_LOSS_STEPS = 16

FIGURES = {
    "pbt/exploitation_count": "exploits of this agent so far",
    "pbt/mid_episode_fraction": "share of the environments, 0 to 1, that were in mid-episode at the last exploit: only "
    "there can a state be stale",
    "pbt/stale_value_gap": "mean over these of the absolute difference between V(stale) and V(re-warmed): how far the "
    "value of the next observation under the new weights is off if the old state is kept; in units of the discounted "
    "return",
    "pbt/stale_policy_kl": "mean over these of the KL divergence from the policy on the re-warmed state, taken as the "
    "true one, to that on the stale state; in nats",
    "pbt/reset_policy_kl": "the same to the policy on the initial state, which a reset would give; in nats",
    "pbt/post_exploit_value_loss_ratio": "value loss of the first rollout after the exploit over that of the last one "
    f"before, each the mean of (return - value)² over its first {VALUE_LOSS_STEPS} steps; no unit, very noisy",
    "pbt/no_exploit_value_loss_ratio": "its control: the geometric mean of the same ratio over all pairs of rollouts "
    "of this agent, so far, with no exploit in between",
    "recurrent/resets": "states of environments that were put back to initial so far, by resets",
    "recurrent/rewarms": "states of environments that were re-warmed so far",
    "recurrent/stale_uses": "uses of stale state that the guards now on the agent have seen; absent without a guard",
}


@dataclass(frozen=True)
class ExploitReading:
    """What an exploit found: the figures that need no rollout. None where no environment was in mid-episode, or no
    observations were at hand to re-warm with, so that there is nothing to compare to."""

    mid_episode_fraction: float
    stale_value_gap: float | None = None
    stale_policy_kl: float | None = None
    reset_policy_kl: float | None = None


class ExploitMetrics:
    """Follows one agent: give it each exploit and the end of each rollout.

    `ExploitCallback` has one and does so. For exploits made by hand, wrap them in `exploit`.
    """

    def __init__(self) -> None:
        self.exploitation_count = 0
        self.last_reading: ExploitReading | None = None
        self._was_exploited = False
        self._last_loss: float | None = None
        self._control: list[float] = []

    @contextmanager
    def exploit(
        self,
        model: Any,
        *,
        history: ObservationHistory | None = None,
        steps: int | None = None,
        start: Start = "stored",
    ) -> Iterator[None]:
        """While it is open, `model` gets its new weights. `history`, `steps` and `start` are those of a re-warm.

        The state is read before and the policy asked after, without drawing random numbers or counting as a use for a
        guard. If the block raises, nothing is counted.
        """
        planned = _planned(model, history, steps, start)
        slot = None if planned is None else planned.slot
        stale = copy.deepcopy(slot.read()) if slot is not None else None
        yield
        self.exploitation_count += 1
        self._was_exploited = True
        self.last_reading = None if planned is None else _read(model, planned, stale)

    def rollout_ended(self, model: Any) -> None:
        """Record what is known at the end of a rollout; in a callback's `_on_rollout_end`, before `train()`."""
        for name, value in self._figures(model).items():
            model.logger.record(name, value)
        self._was_exploited = False

    def _figures(self, model: Any) -> dict[str, float]:
        figures = dict(self._exploit_figures()) | _recurrent_figures(model)
        loss, before = _value_loss(model), self._last_loss
        self._last_loss = loss
        if before and loss:
            if self._was_exploited:
                figures["pbt/post_exploit_value_loss_ratio"] = loss / before
            else:
                self._control.append(math.log(loss / before))
        if self._control:
            figures["pbt/no_exploit_value_loss_ratio"] = math.exp(sum(self._control) / len(self._control))
        return figures

    def _exploit_figures(self) -> Iterator[tuple[str, float]]:
        yield "pbt/exploitation_count", self.exploitation_count
        if self._was_exploited and self.last_reading is not None:
            for name, value in vars(self.last_reading).items():
                if value is not None:
                    yield f"pbt/{name}", value


def _planned(model: Any, history: ObservationHistory | None, steps: int | None, start: Start) -> Plan | None:
    """How to re-warm the state, for comparison; without a window where that cannot be done, None without any state."""
    try:
        planned = plan(model, history, steps=steps, start=start, envs=None)
    except NoHistoryError:
        planned = plan(model, history, steps=steps, start=start, envs=())
    return planned if planned.slot is not None and model._last_obs is not None else None


def _read(model: Any, planned: Plan, stale: object) -> ExploitReading:
    running = torch.as_tensor(~model._last_episode_starts.astype(bool))
    fraction = float(running.float().mean())
    if not planned.window or not running.any() or planned.slot is None:
        return ExploitReading(fraction)
    slot = planned.slot
    warm = _nested(slot, replayed(model, slot, planned.window, from_stored=planned.from_stored))
    initial = _nested(slot, [tensor.clone() for tensor in initial_tensors(slot)])
    with as_in_a_rollout(model.policy):
        values, policies = zip(*(_outputs(model, state) for state in (warm, stale, initial)), strict=True)
    return ExploitReading(
        mid_episode_fraction=fraction,
        stale_value_gap=float((values[1] - values[0]).abs()[running].mean()),
        stale_policy_kl=float(_divergence(policies[0], policies[1])[running].mean()),
        reset_policy_kl=float(_divergence(policies[0], policies[2])[running].mean()),
    )


def _nested(slot: StateSlot, tensors: list[Tensor]) -> object:
    """The tensors in the nest that the slot has."""
    names = [state.name for state in slot.tensors()]
    given = dict(zip(names, tensors, strict=True))
    return mapped(slot.read(), lambda _, name: given[name], slot.name)


def _outputs(model: Any, state: Any) -> tuple[Tensor, Any]:
    """The values (envs,) and the action distribution for the next observation, as the next step would have them."""
    observation = obs_as_tensor(model._last_obs, model.device)
    starts = torch.as_tensor(model._last_episode_starts, dtype=torch.float32, device=model.device)
    values = model.policy.predict_values(observation, state.vf, starts).flatten()
    distribution, _ = model.policy.get_distribution(observation, state.pi, starts)
    # The policy has one such object and fills it anew at each call.
    return values.cpu(), copy.copy(distribution)


def _divergence(reference: Any, other: Any) -> Tensor:
    """KL divergence in nats for each environment, summed over the dimensions of the action: (envs,)."""
    divergence = kl_divergence(reference, other)
    return divergence.reshape(len(divergence), -1).sum(dim=1).cpu()


def _value_loss(model: Any) -> float | None:
    """Mean of (return - value)² over the first steps of all environments, as the rollout was collected."""
    buffer = getattr(model, "rollout_buffer", None)
    if buffer is None:
        return None
    errors = (buffer.returns - buffer.values)[:VALUE_LOSS_STEPS]
    loss = float((errors**2).mean())
    return loss if math.isfinite(loss) else None


_done: WeakKeyDictionary[object, Counter[str]] = WeakKeyDictionary()


def _count(remedy: remedies.Remedy) -> None:
    """Hear of every reset and re-warm, also of those that nobody told a metrics object of."""
    model: Any = remedy.model
    if stable_baselines.is_algorithm(model):
        _done.setdefault(model, Counter())[remedy.kind] += model.n_envs if remedy.envs is None else len(remedy.envs)


remedies.subscribe(_count)


def _recurrent_figures(model: object) -> dict[str, float]:
    from lstm_runtime.guards import guard_reports

    done, guards = _done.get(model, Counter()), guard_reports(model)
    figures: dict[str, float] = {"recurrent/resets": done["reset"], "recurrent/rewarms": done["rewarm"]}
    if guards:
        figures["recurrent/stale_uses"] = sum(report.stale_uses for report in guards)
    return figures
