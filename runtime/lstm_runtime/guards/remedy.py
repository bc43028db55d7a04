"""What the modes `reset` and `rewarm` do about a stale state that is being used."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from lstm_runtime.errors import NoHistoryError
from lstm_runtime.guards.mending import Carried, find_carried, initial_like, reset_kept, with_columns
from lstm_runtime.guards.replay_marks import mark_reset
from lstm_runtime.initial import replace
from lstm_runtime.initial import with_columns as columns_from
from lstm_runtime.remedies import Remedy, announce
from lstm_runtime.window import Step, steps_in

State = tuple[Tensor, ...]


def mend(target: Any, state: State, envs: tuple[int, ...], env_dim: int | None, rewarm: bool) -> tuple[State, str]:
    """The state to use instead, and what was done.

    The target's own state is mended where it is kept, so that the rollout buffer stores what was used. A state of the
    caller's own (of `predict`) is put back to initial for this use: of its past nothing is known.
    """
    carried = find_carried(target, state, envs, env_dim)
    if carried is None:
        done = "reset (it is not the model's own: there is no history to re-warm it with)" if rewarm else "reset"
        return with_columns(state, initial_like(target, state, env_dim), envs), done
    if rewarm:
        steps = _rewarm(target, carried, envs)
        done = f"re-warmed with {steps} observations"
    else:
        reset_kept(target, envs)
        mark_reset(target, envs)
        done = "reset"
    return with_columns(state, carried.tensors(len(state)), envs), done


def _rewarm(target: Any, carried: Carried, envs: tuple[int, ...]) -> int:
    """Rebuild the state in these environments where it is kept; returns how many observations were at hand.

    `rewarm_lstm_states` refuses to work inside a rollout, where all the observations of the rollout are in its buffer
    and those before it in the `ObservationHistory`. Raises NoHistoryError if there are none.
    """
    from lstm_runtime.replay import replayed

    window = _observations(target)
    if not window:
        raise NoHistoryError(
            f"no observations of this {type(target).__name__} are at hand to re-warm the state. Give "
            "lstm_runtime.ObservationHistory() to learn() as a callback"
        )
    slot = carried.slot
    names = [kept.name for kept in slot.tensors()]
    states = dict(zip(names, replayed(target, slot, window, from_stored=True), strict=True))
    replace(slot, lambda tensor, name: columns_from(tensor, states[name], slot.dimension(tensor), envs))
    announce(Remedy(target, "rewarm", envs))
    return len(window)


def _observations(target: Any) -> list[Step]:
    """The last steps before the one that is under way."""
    from lstm_runtime.history import history_of
    from lstm_runtime.rewarm import DEFAULT_STEPS

    history = history_of(target)
    if history is None:
        return steps_in(target.rollout_buffer, DEFAULT_STEPS)
    if history.is_collecting:
        return [*history.window(), *steps_in(target.rollout_buffer, history.steps)][-history.steps :]
    return list(history.window()) if history.is_current() else steps_in(target.rollout_buffer, history.steps)
