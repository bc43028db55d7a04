"""What the modes `reset` and `rewarm` do about a stale state that is being used."""

from __future__ import annotations

from typing import Any

from lstm_runtime.errors import NoHistoryError
from lstm_runtime.guards.mending import Kept, State, initial_like, kept_by, reset_kept, with_columns
from lstm_runtime.guards.replay_marks import mark_reset
from lstm_runtime.initial import replace
from lstm_runtime.initial import with_columns as columns_from
from lstm_runtime.remedies import Remedy, announce
from lstm_runtime.states import StateSlot, StateTensor
from lstm_runtime.window import Step, steps_in


class Mender:
    """Mends the states of one target.

    The target's own state is mended where it is kept, so that the rollout buffer stores what was used. A state of the
    caller's own (of `predict`) is put back to initial for this use: of its past nothing is known.
    """

    def __init__(self, target: Any, rewarm: bool) -> None:
        self._target = target
        self._rewarm = rewarm
        # A rollout acts on a copy: when the critic is fed, what is kept was mended already, on behalf of the actor.
        self._before: list[Kept] = []
        self._after: list[Kept] = []

    def mend(self, state: State, envs: tuple[int, ...], env_dim: int | None) -> tuple[State, str]:
        """The state to use instead, and what was done."""
        for before, after in zip(self._before, self._after, strict=True):
            start = before.start_of(state, envs, env_dim)
            if start is not None:
                return with_columns(state, after.tensors[start : start + len(state)], envs), "mended"
        for kept in kept_by(self._target):
            start = kept.start_of(state, envs, env_dim)
            if start is not None:
                done = self._mend_kept(kept.slot, envs)
                return with_columns(state, self._mended(kept.slot)[start : start + len(state)], envs), done
        values = initial_like(self._target, state, env_dim)
        why = " (it is not the model's own: there is no history to re-warm it with)" if self._rewarm else ""
        return with_columns(state, values, envs), f"reset{why}"

    def _mend_kept(self, slot: StateSlot, envs: tuple[int, ...]) -> str:
        self._before = [kept.copy() for kept in kept_by(self._target)]
        if self._rewarm:
            done = f"re-warmed with {_rewarm(self._target, slot, envs)} observations"
        else:
            reset_kept(self._target, envs)
            mark_reset(self._target, envs)
            done = "reset"
        self._after = [kept.copy() for kept in kept_by(self._target)]
        return done

    def _mended(self, slot: StateSlot) -> tuple[StateTensor, ...]:
        return next(kept.tensors for kept in self._after if kept.slot.name == slot.name)


def _rewarm(target: Any, slot: StateSlot, envs: tuple[int, ...]) -> int:
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
