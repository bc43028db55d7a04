"""What a guard does about a stale use: raise, warn, log, reset, re-warm; and the switch that turns it off."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

from lstm_runtime import (
    NoHistoryError,
    ObservationHistory,
    StaleStateError,
    StaleStateWarning,
    guard,
    guard_reports,
    reset_lstm_states_to_initial,
    rewarm_lstm_states,
)
from recurrent_models import Doing, LearnedStartPolicy, LstmInputs, agent, carried, train, trained
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates

STATES = ("hidden_states_pi", "cell_states_pi", "hidden_states_vf", "cell_states_vf")


def replace(model: RecurrentPPO, seed: int = 1) -> None:
    model.policy.load_state_dict(agent(seed=seed, policy=type(model.policy)).policy.state_dict())


def test_an_error_leaves_a_model_that_can_go_on() -> None:
    model = trained(n_steps=8)
    with guard(model):
        replace(model)
        before = carried(model)
        for _ in range(2):
            with pytest.raises(StaleStateError):
                train(model)
        assert all(torch.equal(one, two) for one, two in zip(before, carried(model), strict=True))
        reset_lstm_states_to_initial(model)
        train(model)


def test_a_warning_for_every_replacement_and_no_more() -> None:
    model = trained(n_steps=8)
    with guard(model, on_stale="warn") as watching:
        for count in (1, 2):
            replace(model, seed=count)
            with pytest.warns(StaleStateWarning, match=f"RSH001.*#{count - 1}; the weights are #{count}") as caught:
                train(model, rollouts=3)
            assert len(caught) == watching.report.stale_uses - (count - 1) == 1
            assert caught[0].filename.endswith("recurrent_models.py")
    assert watching.report.uses[-1].modules == ["policy.lstm_actor", "policy.lstm_critic"]
    assert watching.report.mended == 0


def test_a_log_line(caplog: pytest.LogCaptureFixture) -> None:
    model = trained(n_steps=8)
    with guard(model, on_stale="log") as watching, caplog.at_level(logging.WARNING, "lstm_runtime.guard"):
        replace(model)
        train(model, rollouts=2)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "RSH001" in caplog.text
    assert watching.report.stale_uses == 1


@pytest.mark.parametrize(
    "settings", [{}, {"n_lstm_layers": 2}, {"shared_lstm": True, "enable_critic_lstm": False}], ids=str
)
def test_reset_at_the_start_of_a_rollout_is_what_a_reset_by_hand_is(settings: dict[str, Any]) -> None:
    """Step by step: what acts, what the buffer holds, what training makes of it."""
    ends = []
    for by_hand in (False, True):
        model = trained(n_steps=8, **settings)
        with guard(model, on_stale="reset") as watching, LstmInputs(model) as inputs:
            model.policy.load_state_dict(agent(seed=1, **settings).policy.state_dict())
            if by_hand:
                reset_lstm_states_to_initial(model)
            torch.manual_seed(5)
            np.random.seed(5)
            train(model)
        assert watching.report.mended == watching.report.stale_uses == (0 if by_hand else 1)
        assert not model.rollout_buffer.hidden_states_pi[[0, 8, 16]].any()
        ends.append([*carried(model), *inputs.hidden[1:], *model.policy.state_dict().values()])
    assert all(torch.equal(one, two) for one, two in zip(*ends, strict=True))


def test_reset_of_a_learned_initial_state() -> None:
    model = trained(policy=LearnedStartPolicy, n_steps=8)
    with guard(model, on_stale="reset") as watching:
        replace(model)
        train(model)
    assert watching.report.mended == 1
    assert (model.rollout_buffer.hidden_states_pi[[0, 8, 16]] == 0.5).all()
    assert (model.rollout_buffer.cell_states_vf[[0, 8, 16]] == -1.0).all()


def longest_gap(model: RecurrentPPO, step: int) -> float:
    """How far a replay of each environment's rollout is from the log probabilities that acted, from `step` on."""
    buffer, gaps = model.rollout_buffer, []
    for env in range(model.n_envs):
        rows = slice(env * model.n_steps, (env + 1) * model.n_steps)
        first = [torch.as_tensor(getattr(buffer, name)[rows][:1]).swapaxes(0, 1).contiguous() for name in STATES]
        with torch.no_grad():
            _, log_probs, _ = model.policy.evaluate_actions(
                torch.as_tensor(buffer.observations[rows]),
                torch.as_tensor(buffer.actions[rows]).flatten(),
                RNNStates(tuple(first[:2]), tuple(first[2:])),
                torch.as_tensor(buffer.episode_starts[rows]).flatten(),
            )
        gaps.append(float((log_probs - torch.as_tensor(buffer.log_probs[rows]).flatten())[step:].abs().max()))
    return max(gaps)


@pytest.mark.parametrize("mode", ["reset", "rewarm"])
def test_mended_between_two_steps_the_very_next_step_uses_it(mode: str) -> None:
    """The swap is in `_on_step`, where a reset by hand comes to nothing."""
    model = trained()
    model.learning_rate = 0.0
    model._setup_lr_schedule()
    swap = Doing("_on_step", replace, at=10)
    with guard(model, on_stale=mode) as watching, LstmInputs(model) as inputs:
        train(model, callback=[swap, ObservationHistory()])
    report = watching.report
    assert (report.stale_uses, report.mended) == (1, 1)
    assert report.uses[0].entry == "collect_rollouts"
    buffer = model.rollout_buffer
    rows = [env * model.n_steps + 10 for env in range(3)]
    stored = torch.as_tensor(buffer.hidden_states_pi[rows]).swapaxes(0, 1)
    if mode == "reset":
        assert not stored.any()
        # What train() replays is what acted, since it begins anew there.
        assert longest_gap(model, 10) < 1e-5
        assert buffer.episode_starts.reshape(3, -1)[:, 10].all()
    else:
        assert stored.any(dim=2).all()
        assert report.uses[0].action == "re-warmed with 34 observations"
    # The step before and all after are as the rollout left them.
    assert inputs.hidden[9].any()


def test_a_mark_for_the_replay_is_no_end_of_an_episode() -> None:
    """Advantages are computed before it is set: with weights that come to nothing they are as without a guard."""
    advantages = []
    for guarded in (True, False):
        model = trained(n_steps=16)
        same = {key: value.clone() for key, value in model.policy.state_dict().items()}

        def zeros(model: RecurrentPPO) -> None:
            for parameter in model.policy.parameters():
                parameter.data.zero_()

        watching = guard(model, on_stale="reset") if guarded else None
        torch.manual_seed(3)
        train(model, callback=Doing("_on_step", zeros, at=5))
        advantages.append(model.rollout_buffer.advantages.copy())
        if watching is not None:
            watching.uninstall()
            assert watching.report.mended == 1
            assert model.rollout_buffer.episode_starts.reshape(3, -1)[:, 5].all()
        assert same.keys() == model.policy.state_dict().keys()
    # All-zero weights value everything at zero and act at random, whatever the state.
    assert np.array_equal(*advantages)


def test_rewarm_at_the_start_of_a_rollout_is_what_rewarm_by_hand_is() -> None:
    ends = []
    for by_hand in (False, True):
        history = ObservationHistory()
        model = trained(n_steps=16, rollouts=2, callback=history)
        with guard(model, on_stale="rewarm") as watching, LstmInputs(model) as inputs:
            replace(model)
            if by_hand:
                rewarm_lstm_states(model, history)
            train(model, callback=history)
        assert watching.report.mended == (0 if by_hand else 1)
        # A hook is given the state before it is mended: what the first step used is in the buffer.
        first = torch.as_tensor(model.rollout_buffer.hidden_states_pi[[0, 16, 32]])
        ends.append([*carried(model), first, *inputs.hidden[-15:]])
        assert first.any()
    assert all(torch.allclose(one, two, atol=1e-6) for one, two in zip(*ends, strict=True))


def test_rewarm_needs_observations() -> None:
    model = trained(n_steps=8)
    with guard(model, on_stale="rewarm"):
        replace(model)
        with pytest.raises(NoHistoryError, match="ObservationHistory"):
            train(model)


@pytest.mark.parametrize("mode", ["reset", "rewarm"])
def test_a_stream_of_the_callers_own_is_put_back_for_this_step(mode: str) -> None:
    model = trained(n_steps=8)
    fresh, wanted = None, None
    with guard(model, on_stale=mode) as watching:
        _, state = model.predict(model._last_obs)
        kept = carried(model)
        replace(model)
        _, wanted = model.predict(model._last_obs, fresh)
        _, got = model.predict(model._last_obs, state)
        assert watching.report.mended == 1
        assert watching.report.uses[-1].action.startswith("reset")
        assert all(np.array_equal(one, two) for one, two in zip(got, wanted, strict=True))
        assert all(torch.equal(one, two) for one, two in zip(kept, carried(model), strict=True))
        model.predict(model._last_obs, got)
    assert watching.report.mended == 1


def test_the_report_is_there_for_other_code() -> None:
    model = trained(n_steps=8)
    assert guard_reports(model) == []
    with guard(model, on_stale="log") as outer, guard(model, on_stale="reset") as inner:
        assert {id(report) for report in guard_reports(model)} == {id(outer.report), id(inner.report)}
        replace(model)
        train(model)
    assert guard_reports(model) == []
    assert outer.report.stale_uses == 1
    assert outer.report.changes[0].how == "load_state_dict"


@pytest.mark.parametrize("value", ["off", "OFF", "0", "false", "no"])
def test_the_environment_variable_turns_it_off(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LSTM_RUNTIME_GUARD", value)
    model = trained(n_steps=8)
    with guard(model) as watching:
        assert not watching.is_installed
        assert not model.policy.lstm_actor._forward_pre_hooks
        replace(model)
        train(model)
        watching.adopt()
        watching.look()
        with watching.updating():
            pass
    assert watching.report.stale_uses == 0


def test_the_environment_variable_gives_another_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LSTM_RUNTIME_GUARD", "warn")
    model = trained(n_steps=8)
    with guard(model) as watching, pytest.warns(StaleStateWarning):
        replace(model)
        train(model)
    assert watching.mode == "warn"


def test_a_mode_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    model = agent()
    with pytest.raises(ValueError, match="on_stale='explode' is none of 'raise', 'warn'"):
        guard(model, on_stale="explode")  # type: ignore[arg-type]
    monkeypatch.setenv("LSTM_RUNTIME_GUARD", "of")
    with pytest.raises(ValueError, match="LSTM_RUNTIME_GUARD='of' is none of off, on"):
        guard(model)


def test_no_warning_of_ours_in_quiet_training() -> None:
    model = trained(n_steps=8)
    with warnings.catch_warnings(), guard(model):
        warnings.simplefilter("error")
        train(model)
