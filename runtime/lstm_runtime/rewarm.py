"""The better remedy: let the new weights see the last observations again and take the state that they arrive at."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from lstm_runtime.adapters import slots_of, stable_baselines
from lstm_runtime.environments import Envs, environment_indices
from lstm_runtime.errors import NoHistoryError
from lstm_runtime.initial import put_back, replace, with_columns
from lstm_runtime.remedies import Remedy, announce
from lstm_runtime.reset import refuse_inside_rollout, state_width
from lstm_runtime.states import StateSlot

if TYPE_CHECKING:
    from lstm_runtime.history import ObservationHistory
    from lstm_runtime.window import Window

logger = logging.getLogger(__name__)

Start = Literal["stored", "zero"]
DEFAULT_STEPS = 64


@dataclass(frozen=True)
class RewarmReport:
    """What a re-warm did. False when it did nothing.

    `steps` says for each of `envs` how many observations of its running episode were replayed: 0 where the next one
    begins an episode, and the state was put back to initial.
    """

    model: str
    tensors: tuple[str, ...]
    envs: tuple[int, ...]
    steps: tuple[int, ...]
    reason: str = ""

    def __bool__(self) -> bool:
        return bool(self.tensors and self.envs)

    def __str__(self) -> str:
        if not self:
            return f"nothing to re-warm on {self.model}: {self.reason}"
        steps = f"by {list(self.steps)} steps in environments {list(self.envs)}"
        return f"{self.model}: {', '.join(self.tensors)} re-warmed {steps}"


def rewarm_lstm_states(
    model: object,
    history: ObservationHistory | None = None,
    *,
    steps: int | None = None,
    start: Start = "stored",
    envs: Envs = None,
) -> RewarmReport:
    """Rebuild the recurrent state of a RecurrentPPO by replaying recent observations through the weights it has now.

    The state of each environment becomes what these weights would have had after the last `steps` observations of its
    running episode (None: all that the history keeps). Where the episode began within these, the replay begins there,
    from the initial state. Where it is older, it begins with the state that was stored `steps` steps ago
    (`start="stored"`, for weights that are relatives of the old ones) or from the initial state (`start="zero"`, for
    strangers). An environment whose next observation begins an episode gets the initial state.

    The observations come from `history`, else from the `ObservationHistory` that follows the model, else from the
    rollout buffer, which is whole between two calls of `learn()`. Random numbers and the policy's mode are left as
    they were. Logs at INFO.

    The report is empty where there is nothing to re-warm. Raises NoHistoryError if the observations are not at hand,
    TypeError for an object that is no algorithm of stable-baselines3, ValueError for a number of steps below 1 or an
    unknown start, IndexError for an environment that is not there, and InsideRolloutError in `_on_step`, like a reset.
    After any of them the model is as it was.
    """
    return rewarm_as_planned(model, plan(model, history, steps=steps, start=start, envs=envs))


@dataclass(frozen=True)
class Plan:
    """All that a re-warm needs and that can be wrong, looked up before weights change."""

    slot: StateSlot | None
    window: Window
    from_stored: bool
    envs: tuple[int, ...]
    fresh: tuple[int, ...]
    reason: str = ""


def plan(model: Any, history: ObservationHistory | None, *, steps: int | None, start: Start, envs: Envs) -> Plan:
    """What `rewarm_lstm_states` would do; raises what it would raise."""
    if start not in ("stored", "zero"):
        raise ValueError(f'start is "stored" or "zero", not {start!r}')
    if steps is not None and steps < 1:
        raise ValueError(f"at least one step is replayed, not {steps}")
    slot = _slot(model)
    if slot is None:
        return Plan(None, (), False, (), (), reason="it carries no recurrent state")
    if not slot.tensors():
        return Plan(None, (), False, (), (), reason="its state is not made yet")
    refuse_inside_rollout(model, "rewarm_lstm_states")
    chosen = environment_indices(envs, state_width([slot]) or 0)
    fresh = tuple(env for env in chosen if _begins(model, env))
    window = () if fresh == chosen else _window(model, history, steps)
    return Plan(slot, window, start == "stored", chosen, fresh)


def _slot(model: object) -> StateSlot | None:
    if not stable_baselines.is_algorithm(model):
        slots_of(model)  # says what is known, if nothing is known of this
        raise TypeError(
            f"only algorithms of stable-baselines3 can be re-warmed, and this is a {type(model).__name__}: reset it "
            "and feed it its last observations again"
        )
    slots = slots_of(model)
    kept = [slot.name for slot in slots if slot.attribute != stable_baselines.STATE]
    if kept:
        raise TypeError(
            f"the policy of this {type(model).__name__} keeps state of its own in {', '.join(kept)}, which a replay of "
            "observations could not rebuild: reset it"
        )
    return next(iter(slots), None)


def _begins(model: Any, env: int) -> bool:
    """Whether the next observation of the environment is the first of an episode."""
    return model._last_obs is None or model._last_episode_starts is None or bool(model._last_episode_starts[env])


def _window(model: Any, history: ObservationHistory | None, steps: int | None) -> Window:
    from lstm_runtime.history import history_of
    from lstm_runtime.window import steps_in

    following = history_of(model) if history is None else history
    if history is not None and not history.follows(model):
        raise NoHistoryError(
            f"the history does not follow this {type(model).__name__}: give it to its learn() as a callback"
        )
    kept: Window = following.window() if following is not None and following.is_current() else ()
    kept = kept or steps_in(model.rollout_buffer, steps or DEFAULT_STEPS)
    if not kept:
        raise NoHistoryError(
            f"no observations of this {type(model).__name__} are at hand to re-warm its state with. Give "
            "lstm_runtime.ObservationHistory() to learn() as a callback, or call reset_lstm_states_to_initial"
        )
    return kept if steps is None else kept[-steps:]


def rewarm_as_planned(model: Any, plan: Plan) -> RewarmReport:
    """Replay what was looked up, through the weights that the model has now."""
    report = _rewarm(model, plan)
    logger.info("%s", report)
    return report


def _rewarm(model: Any, plan: Plan) -> RewarmReport:
    from lstm_runtime.replay import replayed
    from lstm_runtime.window import lengths

    name = type(model).__name__
    if plan.slot is None:
        return RewarmReport(name, (), (), (), plan.reason)
    slot, warm = plan.slot, tuple(env for env in plan.envs if env not in plan.fresh)
    names = tuple(state.name for state in slot.tensors())
    if warm:
        states = dict(zip(names, replayed(model, slot, plan.window, from_stored=plan.from_stored), strict=True))
        replace(slot, lambda tensor, name: with_columns(tensor, states[name], slot.dimension(tensor), warm))
    put_back(slot, plan.fresh)
    announce(Remedy(model, "rewarm", plan.envs))
    seen = lengths(plan.window, model.n_envs) if warm else ()
    steps = tuple(0 if env in plan.fresh else seen[env] for env in plan.envs)
    return RewarmReport(name, names, plan.envs, steps, "" if plan.envs else "no environment was named")
