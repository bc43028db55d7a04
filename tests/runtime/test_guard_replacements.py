"""The guard on real training: every way to replace weights, times every use of the state that was carried before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

import replacements as written_here
from lstm_runtime import StaleStateError, guard, reset_lstm_states_to_initial
from recurrent_models import Doing, agent, train, trained
from replacements import ACTOR_ONLY, REPLACEMENTS, USES
from sb3_contrib import RecurrentPPO

# Written through something that the parameter handed out: named is the line where it did, not that of the write.
WITHOUT_A_LINE = {"p.data.numpy()[...] =", "p.detach().copy_", "state_dict()[k].copy_"}

# How a replacement is called where its own name would not do.
CALLED = {
    "set_parameters(dict)": "load_state_dict",
    "set_parameters(zip)": "load_state_dict",
    "set_parameters(inexact)": "load_state_dict",
    "policy.load_state_dict": "load_state_dict",
    "policy.load_state_dict(not strict)": "load_state_dict",
    "policy.load_state_dict(assign)": "load_state_dict",
    "a strict load that fails": "load_state_dict",
    "lstm_actor.load_state_dict": "load_state_dict",
    "lstm_actor.reset_parameters": "reset_parameters",
    "p.data.copy_": "a write through .data",
    "p.data = q": ".data = ...",
    "no_grad p.copy_": "copy_",
    "no_grad p.add_": "add_",
    "policy.lstm_actor = copy": "lstm_actor = ...",
    "policy.lstm_actor = other": "lstm_critic = ...",
    "model.policy = other": "policy = ...",
}


@pytest.fixture
def model() -> RecurrentPPO:
    return trained(n_steps=8)


@pytest.fixture
def donor() -> RecurrentPPO:
    return agent(seed=1)


def state_of_a_stream(model: RecurrentPPO) -> Any:
    state = None
    for _ in range(3):
        _, state = model.predict(model._last_obs, state)
    return state


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("spelling", REPLACEMENTS | ACTOR_ONLY)
def test_every_replacement_times_every_use(
    spelling: str, use: str, model: RecurrentPPO, donor: RecurrentPPO, tmp_path: Path
) -> None:
    replace = (REPLACEMENTS | ACTOR_ONLY)[spelling]
    with guard(model) as watching:
        state = state_of_a_stream(model)
        USES[use](model, state)
        assert watching.report.stale_uses == watching.report.replacements == 0
        replace(model, donor, tmp_path)
        if use == "predict_values" and spelling in ACTOR_ONLY:
            USES[use](model, state)  # the critic is as it was
            return
        with pytest.raises(StaleStateError, match="RSH001") as caught:
            USES[use](model, state)
    told = watching.report.uses[-1]
    assert told.envs == ((1, 2) if use == "predict with starts" else (0, 1, 2))
    assert told.modules == ["policy.lstm_critic" if use == "predict_values" else "policy.lstm_actor"]
    assert Path(told.where.path).name in {"replacements.py", "recurrent_models.py"}
    change = watching.report.changes[-1]
    here = Path(written_here.__file__).name
    if spelling in WITHOUT_A_LINE:
        assert change.where is None
        assert "last handed out by " in change.how and f"{here}:" in change.how
        return
    assert change.how == CALLED.get(spelling, spelling)
    assert change.where is not None
    assert Path(change.where.path).name == here
    assert f"{change.how} at {change.where}" in str(caught.value)


@pytest.mark.parametrize("spelling", REPLACEMENTS | ACTOR_ONLY)
@pytest.mark.parametrize("moment", ["_on_training_start", "_on_rollout_start", "_on_step", "_on_rollout_end"])
def test_every_replacement_at_every_moment_of_training(
    moment: str, spelling: str, model: RecurrentPPO, donor: RecurrentPPO, tmp_path: Path
) -> None:
    replace = (REPLACEMENTS | ACTOR_ONLY)[spelling]
    swap = Doing(moment, lambda model: replace(model, donor, tmp_path), at=5 if moment == "_on_step" else 1)
    with guard(model) as watching, pytest.raises(StaleStateError):
        train(model, rollouts=3, callback=swap)
    assert watching.report.replacements >= 1
    if moment == "_on_step":
        # At the very next use: the step after, or the value of the last observation before it.
        assert model.rollout_buffer.pos == 5


@pytest.mark.parametrize("spelling", REPLACEMENTS | ACTOR_ONLY)
def test_a_reset_after_it_is_all_that_is_asked(
    spelling: str, model: RecurrentPPO, donor: RecurrentPPO, tmp_path: Path
) -> None:
    with guard(model) as watching:
        (REPLACEMENTS | ACTOR_ONLY)[spelling](model, donor, tmp_path)
        reset_lstm_states_to_initial(model)
        train(model, rollouts=2)
    assert watching.report.replacements >= 1
    assert watching.report.stale_uses == 0


def test_the_error_tells_the_whole_story(model: RecurrentPPO, donor: RecurrentPPO) -> None:
    with guard(model), pytest.raises(StaleStateError) as caught:
        model.policy.load_state_dict(donor.policy.state_dict())
        reset_lstm_states_to_initial(model, envs=[1])
        train(model)
    text = str(caught.value)
    fed = "the state fed to policy.lstm_actor for environments 0, 2 of 3 was made by weights #0;"
    assert text.startswith(f"RSH001: {fed}")
    assert "the weights are #1 since load_state_dict at " in text
    assert "test_guard_replacements.py:" in text
    assert "used in collect_rollouts at " in text
    for remedy in ("rewarm_lstm_states(model)", "reset_lstm_states_to_initial(model)", "_on_rollout_start", "adopt"):
        assert remedy in text


def test_one_environment_after_another(model: RecurrentPPO, donor: RecurrentPPO) -> None:
    with guard(model) as watching:
        model.policy.load_state_dict(donor.policy.state_dict())
        for left in [(0, 1, 2), (1, 2), (2,)]:
            with pytest.raises(StaleStateError):
                train(model)
            assert watching.report.uses[-1].envs == left
            reset_lstm_states_to_initial(model, envs=left[0])
        train(model)
    assert watching.report.stale_uses == 3


def test_cells_alone_put_to_zero_are_half_a_reset(model: RecurrentPPO, donor: RecurrentPPO) -> None:
    with guard(model):
        model.policy.load_state_dict(donor.policy.state_dict())
        for hidden, _ in model._last_lstm_states:
            hidden.zero_()
        with pytest.raises(StaleStateError):
            train(model)


def test_weights_that_come_back_fit_the_state_again(model: RecurrentPPO, donor: RecurrentPPO) -> None:
    own = {key: value.clone() for key, value in model.policy.state_dict().items()}
    with guard(model) as watching:
        mine = state_of_a_stream(model)
        model.policy.load_state_dict(donor.policy.state_dict())
        theirs = state_of_a_stream(model)
        with pytest.raises(StaleStateError, match="made by"):
            model.predict(model._last_obs, mine)
        model.policy.load_state_dict(own)
        model.predict(model._last_obs, mine)
        with pytest.raises(StaleStateError, match="made by weights #1; the weights are #0"):
            model.predict(model._last_obs, theirs)
        train(model)
    assert watching.report.stale_uses == 2


def test_an_earlier_copy_of_weights_that_were_trained_on_is_a_replacement(model: RecurrentPPO) -> None:
    snapshot = {key: value.clone() for key, value in model.policy.state_dict().items()}
    with guard(model):
        train(model)
        model.policy.load_state_dict(snapshot)
        with pytest.raises(StaleStateError):
            train(model)


def test_a_few_values_of_the_encoder_are_a_replacement() -> None:
    model = trained("image", n_steps=8)
    with guard(model) as watching:
        with torch.no_grad():
            model.policy.features_extractor.cnn[0].weight[0, 0, 0, 0] += 1.0
        with pytest.raises(StaleStateError):
            train(model)
    assert watching.report.changes[-1].modules == ("policy.lstm_actor", "policy.lstm_critic")


@pytest.mark.parametrize("how", ["at rest", "in a rollout"])
def test_numpy_writes_that_miss_every_sample_are_found(how: str) -> None:
    """One value of a large matrix, written where no counter shows it."""
    model = trained(lstm_hidden_size=128, n_steps=8)

    def write(model: RecurrentPPO) -> None:
        model.policy.lstm_actor.weight_hh_l0.detach().numpy()[7, 5] += 1.0

    with guard(model) as watching:
        model.learn(24, reset_num_timesteps=False)
        if how == "at rest":
            write(model)
            with pytest.raises(StaleStateError):
                train(model)
            assert model.rollout_buffer.pos == 0
        else:  # before the update, which would take it in
            train(model, callback=Doing("_on_step", write, at=3))
            assert watching.report.replacements == 1
            with pytest.raises(StaleStateError):
                train(model)
            assert model.rollout_buffer.pos == 0


@pytest.mark.parametrize("sample", range(8))
def test_numpy_writes_that_meet_one_sample_are_found_within_eight_uses(sample: int) -> None:
    model = trained(lstm_hidden_size=128, n_steps=8)
    with guard(model) as watching:
        weight = model.policy.lstm_actor.weight_hh_l0.detach().numpy().reshape(-1)
        _, state = model.predict(model._last_obs)
        weight[sample * (len(weight) // 8) + 3] += 1.0
        with pytest.raises(StaleStateError):
            for _ in range(8):
                _, state = model.predict(model._last_obs, state)
    assert watching.report.replacements == 1


@pytest.mark.parametrize("how", ["numpy", "data", "p.data = q"])
def test_a_write_before_an_update_is_not_taken_for_the_update(how: str) -> None:
    """The optimizer's step looks at all the samples first, and at who wrote through `.data`."""
    model = trained(lstm_hidden_size=128, n_steps=8)
    weight = model.policy.lstm_actor.weight_hh_l0
    with guard(model) as watching:
        if how == "numpy":
            weight.detach().numpy().reshape(-1)[3 * (weight.numel() // 8 | 1)] += 1.0
        elif how == "data":
            weight.data[0, 1] += 1.0
        else:
            weight.data = weight.detach() * 2.0
        for parameter in model.policy.parameters():
            parameter.grad = torch.zeros_like(parameter)
        model.policy.optimizer.step()
    assert watching.report.replacements == 1


def test_dict_observations_several_layers_and_a_critic_without_lstm() -> None:
    shared, absent = {"shared_lstm": True, "enable_critic_lstm": False}, {"enable_critic_lstm": False}
    for settings in ({"n_lstm_layers": 2}, shared, absent):
        model, donor = trained("dict", **settings), trained("dict", seed=1, **settings)
        with guard(model) as watching:
            model.set_parameters(donor.get_parameters())
            with pytest.raises(StaleStateError):
                train(model)
            reset_lstm_states_to_initial(model)
            train(model)
            assert watching.report.stale_uses == 1
