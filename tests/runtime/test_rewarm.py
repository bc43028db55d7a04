"""`rewarm_lstm_states` and `ObservationHistory` on real training, against the new weights run step by step."""

from __future__ import annotations

import copy
import logging
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

from lstm_runtime import InsideRolloutError, NoHistoryError, ObservationHistory, rewarm_lstm_states
from recurrent_models import (
    HIDDEN,
    N_ENVS,
    N_STEPS,
    Doing,
    LearnedStartPolicy,
    LstmInputs,
    agent,
    carried,
    environments,
    train,
    trained,
)
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import VecNormalize

LONG = {"shortest": 500, "longest": 600}  # episodes that do not end in a test


class Seen(BaseCallback):
    """Writes down, independently of the buffer, what the policy saw, and the state before it."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[Any, np.ndarray, list[torch.Tensor]]] = []

    def _on_step(self) -> bool:
        model = self.model
        self.rows.append((copy.deepcopy(model._last_obs), model._last_episode_starts.copy(), carried(model)))
        return True


def strangers_weights(model: Any, kind: str = "box", **policy_kwargs: Any) -> dict[str, torch.Tensor]:
    other = trained(kind, seed=99, **policy_kwargs)
    return copy.deepcopy(other.policy.state_dict())


def run(model: Any, rows: list[Any], states: list[torch.Tensor]) -> list[torch.Tensor]:
    """The four state tensors after the model's weights have acted on `rows`, beginning with `states`."""
    current = RNNStates((states[0], states[1]), (states[2], states[3]))
    for seen, starts, _ in rows:
        as_tensors = model.policy.obs_to_tensor(seen)[0]
        with torch.no_grad():
            *_, current = model.policy.forward(as_tensors, current, torch.as_tensor(starts, dtype=torch.float32))
    return [part for pair in current for part in pair]


def zeros() -> list[torch.Tensor]:
    return [torch.zeros(1, N_ENVS, HIDDEN) for _ in range(4)]


def close(left: list[torch.Tensor], right: list[torch.Tensor], envs: Any = slice(None)) -> bool:
    return all(torch.allclose(one[:, envs], other[:, envs], atol=1e-6) for one, other in zip(left, right, strict=True))


VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "shared": {"shared_lstm": True, "enable_critic_lstm": False},
    "no critic lstm": {"enable_critic_lstm": False},
    "dict": {"kind": "dict"},
    "image": {"kind": "image"},
    "own features": {"share_features_extractor": False},
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("rollouts", [1, 3])
def test_it_is_the_state_that_the_new_weights_would_have_had(variant: str, rollouts: int) -> None:
    """Windows of a whole episode's prefix: nothing before them matters."""
    settings = VARIANTS[variant]
    weights = strangers_weights(None, **settings)
    seen, history = Seen(), ObservationHistory(steps=100)
    model = trained(callback=[history, seen], rollouts=rollouts, **settings)
    stale = carried(model)
    model.policy.load_state_dict(weights)
    report = rewarm_lstm_states(model)
    running = ~np.array(model._last_episode_starts)
    wanted = run(model, seen.rows, zeros())
    assert running.any()
    assert close(carried(model), wanted, running)
    assert not close(carried(model), stale, running)
    assert not any(part[:, ~running].any() for part in carried(model))
    for env in range(N_ENVS):
        ends = [number for number, (_, starts, _) in enumerate(seen.rows) if starts[env]]
        assert report.steps[env] == (len(seen.rows) - ends[-1] if running[env] else 0)


@pytest.mark.parametrize("steps", [1, 5, 16, N_STEPS, N_STEPS + 9])
def test_a_truncated_window_starts_from_zero_or_from_what_was_stored(steps: int) -> None:
    """In the middle of long episodes, across the end of a rollout too."""
    seen, history = Seen(), ObservationHistory(steps)
    model = trained(env=environments(**LONG), rollouts=3, callback=[history, seen])
    model.policy.load_state_dict(strangers_weights(model))
    window = seen.rows[-steps:]
    assert rewarm_lstm_states(model, start="stored").steps == (steps,) * N_ENVS
    assert close(carried(model), run(model, window, window[0][2]))
    rewarm_lstm_states(model, start="zero")
    assert close(carried(model), run(model, window, zeros()))


def test_fewer_steps_than_the_history_has() -> None:
    seen, history = Seen(), ObservationHistory()
    model = trained(env=environments(**LONG), rollouts=2, callback=[history, seen])
    assert rewarm_lstm_states(model, history, steps=7).steps == (7, 7, 7)
    assert close(carried(model), run(model, seen.rows[-7:], seen.rows[-7][2]))
    assert rewarm_lstm_states(model, steps=1000).steps == (2 * N_STEPS,) * N_ENVS


def test_with_the_same_weights_nothing_changes() -> None:
    model = agent()
    model.learning_rate = 0.0
    model.lr_schedule = lambda _: 0.0
    train(model, 2, ObservationHistory())
    before = carried(model)
    rewarm_lstm_states(model)
    assert close(carried(model), before, ~np.array(model._last_episode_starts))


def test_without_a_callback_it_uses_the_rollout_buffer_between_two_calls_of_learn() -> None:
    seen = Seen()
    model = trained(env=environments(**LONG), rollouts=2, callback=seen)
    model.policy.load_state_dict(strangers_weights(model))
    assert model.rollout_buffer.generator_ready  # train() has flattened it
    assert rewarm_lstm_states(model).steps == (N_STEPS,) * N_ENVS
    rows = seen.rows[-N_STEPS:]
    assert close(carried(model), run(model, rows, rows[0][2]))


@pytest.mark.parametrize("kind", ["box", "dict", "image"])
def test_a_flattened_buffer_and_a_whole_one_say_the_same(kind: str) -> None:
    seen = Seen()
    flat = trained(kind, callback=seen, rollouts=2)
    weights = strangers_weights(None, kind)
    flat.policy.load_state_dict(weights)
    rewarm_lstm_states(flat)

    def swap(model: Any) -> Any:
        model.policy.load_state_dict(weights)
        return rewarm_lstm_states(model), carried(model)

    doing = Doing("_on_rollout_end", swap, at=2)
    trained(kind, callback=doing, rollouts=2)
    (_, states) = doing.seen[0]
    assert close(states, carried(flat), ~np.array(flat._last_episode_starts))


def test_the_next_rollout_acts_on_it() -> None:
    model = trained(env=environments(**LONG), callback=ObservationHistory())
    model.policy.load_state_dict(strangers_weights(model))
    rewarm_lstm_states(model)
    warm = carried(model)
    with LstmInputs(model) as inputs:
        train(model)
    assert torch.equal(inputs.hidden[0], warm[0])


def test_at_the_start_of_a_rollout_it_needs_the_history() -> None:
    """There the buffer is empty already, so only the callback has the observations."""
    model = trained(env=environments(**LONG))
    before = carried(model)
    doing = Doing("_on_rollout_start", rewarm_lstm_states, at=2)
    train(model, 2, doing)
    assert isinstance(doing.seen[0], NoHistoryError)
    assert "ObservationHistory" in str(doing.seen[0])
    assert not close(before, carried(model))
    doing = Doing("_on_rollout_start", rewarm_lstm_states, at=1)
    train(model, 1, [ObservationHistory(), doing])
    assert doing.seen[0].steps == (N_STEPS,) * N_ENVS


def test_vec_normalize_d_observations_are_replayed_as_they_were_seen() -> None:
    """The statistics move on; what the policy saw does not."""
    env = VecNormalize(environments(**LONG))
    seen, history = Seen(), ObservationHistory(steps=N_STEPS + 5)
    model = trained(env=env, rollouts=2, callback=[history, seen])
    env.obs_rms.mean += 3.0
    rewarm_lstm_states(model)
    rows = seen.rows[-N_STEPS - 5 :]
    assert close(carried(model), run(model, rows, rows[0][2]))


def test_a_learned_initial_state_begins_each_episode() -> None:
    class Own(LearnedStartPolicy):
        """Starts from its own initial state, where the stock policy masks to zero."""

        def forward(self, obs: Any, lstm_states: Any, episode_starts: Any, deterministic: bool = False) -> Any:
            fresh = self.recurrent_initial_state
            starts = episode_starts.bool().view(1, -1, 1)
            pi, vf = (
                tuple(torch.where(starts, one, part) for one, part in zip(*pairs, strict=True))
                for pairs in zip(fresh, lstm_states, strict=True)
            )
            return super().forward(obs, RNNStates(pi, vf), torch.zeros_like(episode_starts), deterministic)

    seen, history = Seen(), ObservationHistory(100)
    model = trained(policy=Own, callback=[history, seen], rollouts=2)
    rewarm_lstm_states(model)
    running = ~np.array(model._last_episode_starts)
    assert running.any()
    assert close(carried(model), run(model, seen.rows, zeros()), running)


def test_only_the_chosen_envs() -> None:
    model = trained(env=environments(**LONG), callback=ObservationHistory())
    model.policy.load_state_dict(strangers_weights(model))
    before = carried(model)
    report = rewarm_lstm_states(model, envs=[False, True, False])
    assert (report.envs, report.steps) == ((1,), (N_STEPS,))
    assert close(before, carried(model), [0, 2])
    assert not close(before, carried(model), [1])


def test_where_every_environment_begins_no_history_is_needed() -> None:
    model = trained(env=environments(**LONG))
    model.set_env(environments(**LONG))
    report = rewarm_lstm_states(model)
    assert report.steps == (0, 0, 0)
    assert not any(part.any() for part in carried(model))
    model = agent()
    assert rewarm_lstm_states(model).steps == (0, 0, 0)


def test_nan_in_the_stored_state_is_not_carried_on() -> None:
    def exchange(model: Any) -> None:
        """NaN for the history alone to see: training stops at it."""
        buffer = model.rollout_buffer
        buffer.hidden_states_pi, kept[:] = (
            kept[0] if kept else with_nan(buffer.hidden_states_pi),
            [buffer.hidden_states_pi],
        )

    def with_nan(states: np.ndarray) -> np.ndarray:
        poisoned = states.copy()
        poisoned[:, :, 1] = float("nan")
        return poisoned

    kept: list[np.ndarray] = []
    seen, history = Seen(), ObservationHistory(steps=5)
    around = [Doing("_on_rollout_end", exchange), history, Doing("_on_rollout_end", exchange)]
    model = trained(env=environments(**LONG), callback=[*around, seen])
    rows = seen.rows[-5:]
    rewarm_lstm_states(model)
    assert close(carried(model), run(model, rows, rows[0][2]), [0, 2])
    assert close(carried(model), run(model, rows, zeros()), [1])


def test_random_numbers_mode_and_weights_are_left_alone() -> None:
    model = trained(env=environments(**LONG), callback=ObservationHistory())
    model.policy.set_training_mode(True)
    weights = copy.deepcopy(model.policy.state_dict())
    random = torch.get_rng_state()
    rewarm_lstm_states(model)
    assert torch.equal(random, torch.get_rng_state())
    assert model.policy.training
    assert all(torch.equal(weights[name], value) for name, value in model.policy.state_dict().items())
    assert not any(part.requires_grad for part in carried(model))


def test_the_history_is_bounded_and_owns_its_memory() -> None:
    history = ObservationHistory(steps=10)
    model = trained(callback=history, rollouts=3)
    kept = history.window()
    assert len(kept) == 10
    assert all(step.observation.base is None and step.states[0].base is None for step in kept)
    assert not any(np.shares_memory(step.observation, model.rollout_buffer.observations) for step in kept)


def test_training_without_the_history_makes_it_forget() -> None:
    history, seen = ObservationHistory(), Seen()
    model = trained(env=environments(**LONG), callback=history, rollouts=2)
    train(model, 1, seen)
    assert not history.is_current()
    rewarm_lstm_states(model, history)  # the buffer still has the last rollout
    assert close(carried(model), run(model, seen.rows, seen.rows[0][2]))
    train(model, 1, [history, seen])
    assert history.is_current()
    assert rewarm_lstm_states(model, history).steps == (2 * N_STEPS,) * N_ENVS
    assert close(carried(model), run(model, seen.rows, seen.rows[0][2]))


def test_another_run_of_the_same_length_makes_it_forget() -> None:
    history = ObservationHistory()
    model = agent(env=environments(**LONG))
    total = N_STEPS * N_ENVS
    model.learn(total, callback=history)
    model.learn(total)
    assert model.num_timesteps == total
    assert not history.is_current()


def test_a_rollout_that_a_callback_ended_is_kept_as_far_as_it_went() -> None:
    class Stop(BaseCallback):
        def _on_step(self) -> bool:
            return self.n_calls < 5

    history, seen = ObservationHistory(), Seen()
    model = trained(env=environments(**LONG), callback=[history, seen])
    train(model, 1, [history, seen, Stop()])
    rows = seen.rows[:-1]  # the step that was stopped at is not stored, and the state is that before it
    assert rewarm_lstm_states(model).steps == (len(rows),) * N_ENVS
    assert close(carried(model), run(model, rows, zeros()))


def test_it_is_refused_in_a_step() -> None:
    doing = Doing("_on_step", rewarm_lstm_states)
    trained(callback=[ObservationHistory(), doing])
    assert isinstance(doing.seen[0], InsideRolloutError)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"envs": 3}, IndexError, "there is no environment 3"),
        ({"steps": 0}, ValueError, "at least one step"),
        ({"start": "cold"}, ValueError, '"stored" or "zero"'),
        ({"history": ObservationHistory()}, NoHistoryError, "does not follow this RecurrentPPO"),
    ],
    ids=["env", "steps", "start", "history"],
)
def test_bad_input_is_an_error_and_nothing_changes(arguments: Any, error: type[Exception], message: str) -> None:
    model = trained(env=environments(**LONG))
    before = carried(model)
    with pytest.raises(error, match=message):
        rewarm_lstm_states(model, **arguments)
    assert all(map(torch.equal, before, carried(model)))


def test_without_any_history_it_is_an_error_and_nothing_changes(tmp_path: Any) -> None:
    model = trained(env=environments(**LONG))
    model.rollout_buffer.reset()
    before = carried(model)
    with pytest.raises(NoHistoryError, match=r"ObservationHistory\(\).*reset_lstm_states_to_initial"):
        rewarm_lstm_states(model)
    assert all(map(torch.equal, before, carried(model)))


def test_a_history_of_no_steps_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one step"):
        ObservationHistory(steps=0)


def test_a_state_that_is_still_none_is_an_empty_report() -> None:
    model = agent()
    model._last_lstm_states = None
    report = rewarm_lstm_states(model)
    assert not report
    assert str(report) == "nothing to re-warm on RecurrentPPO: its state is not made yet"


def test_what_has_no_recurrent_state_and_what_is_not_known() -> None:
    assert not rewarm_lstm_states(PPO("MlpPolicy", environments()))
    with pytest.raises(TypeError, match="pass the algorithm"):
        rewarm_lstm_states(agent().policy)
    with pytest.raises(TypeError, match="Known are"):
        rewarm_lstm_states(object())
    module = torch.nn.Module()
    module.net, module.state = torch.nn.LSTM(2, 3), torch.zeros(1, 1, 3)
    with pytest.raises(TypeError, match="only algorithms of stable-baselines3 can be re-warmed"):
        rewarm_lstm_states(module)


def test_it_logs_at_info_what_it_did(caplog: pytest.LogCaptureFixture) -> None:
    model = trained(env=environments(**LONG))
    with caplog.at_level(logging.INFO, logger="lstm_runtime"):
        report = rewarm_lstm_states(model, steps=4)
    (record,) = caplog.records
    assert record.getMessage() == str(report)
    assert str(report).endswith("re-warmed by [4, 4, 4] steps in environments [0, 1, 2]")
