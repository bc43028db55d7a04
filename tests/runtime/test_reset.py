"""`reset_lstm_states_to_initial` on real RecurrentPPO training: every variant of the policy, state and environment."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

from lstm_runtime import carried_states, reset_lstm_states_to_initial
from recurrent_models import (
    HIDDEN,
    N_ENVS,
    N_STEPS,
    LearnedStartPolicy,
    LstmInputs,
    agent,
    carried,
    environments,
    train,
    trained,
)
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3 import DQN, PPO

VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "two layers": {"n_lstm_layers": 2},
    "shared": {"shared_lstm": True, "enable_critic_lstm": False},
    "no critic lstm": {"enable_critic_lstm": False},
    "dict": {"kind": "dict"},
    "image": {"kind": "image"},
    "own features": {"share_features_extractor": False},
    "sde off, one env": {"env": environments(n_envs=1)},
}
NAMES = tuple(f"_last_lstm_states.{who}[{number}]" for who in ("pi", "vf") for number in (0, 1))


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_env_is_put_back_in_place_and_the_next_rollout_starts_from_it(variant: str) -> None:
    model = trained(**VARIANTS[variant])
    held = [part for pair in model._last_lstm_states for part in pair]
    layers = model.policy.lstm_actor.num_layers
    assert all(part.abs().amax(dim=(0, 2)).gt(0).all() for part in held[:2])
    report = reset_lstm_states_to_initial(model)
    assert report
    assert report.tensors == NAMES
    assert report.envs == tuple(range(model.n_envs))
    now = [part for pair in model._last_lstm_states for part in pair]
    assert all(new is old for new, old in zip(now, held, strict=True))
    assert all(part.shape == (layers, model.n_envs, HIDDEN) and not part.any() for part in now)
    with LstmInputs(model) as inputs:
        train(model)
    assert inputs.hidden[0].shape == (layers, model.n_envs, HIDDEN)
    assert not inputs.hidden[0].any()
    assert inputs.hidden[1].any()


@pytest.mark.parametrize(
    ("envs", "chosen"),
    [
        (None, (0, 1, 2)),
        (1, (1,)),
        (np.int64(2), (2,)),
        ([2, 0, 2], (0, 2)),
        (np.array([0, 1]), (0, 1)),
        (torch.tensor([1]), (1,)),
        ([False, True, True], (1, 2)),
        (np.array([True, False, False]), (0,)),
        ([np.True_, np.False_, np.True_], (0, 2)),
        (range(2), (0, 1)),
        ([], ()),
        ([False] * 3, ()),
    ],
    ids=str,
)
def test_only_the_chosen_envs_are_put_back(envs: Any, chosen: tuple[int, ...]) -> None:
    model = trained()
    before = carried(model)
    report = reset_lstm_states_to_initial(model, envs)
    assert report.envs == chosen
    assert bool(report) == bool(chosen)
    for was, now in zip(before, carried(model), strict=True):
        for env in range(N_ENVS):
            if env in chosen:
                assert not now[:, env].any()
            else:
                assert torch.equal(now[:, env], was[:, env])


@pytest.mark.parametrize(
    ("envs", "message"),
    [
        (3, "there is no environment 3: the state has 3 of them, 0 to 2"),
        (-1, "there is no environment -1"),
        ([0, 7], "there is no environment 7"),
        ([True, False], "yes or no to 2 environments, and the state has 3"),
    ],
    ids=str,
)
def test_an_env_that_is_not_there_is_an_error_and_nothing_changes(envs: Any, message: str) -> None:
    model = trained()
    before = carried(model)
    with pytest.raises(IndexError, match=message):
        reset_lstm_states_to_initial(model, envs)
    assert all(map(torch.equal, before, carried(model)))


def test_envs_that_are_no_numbers_are_a_type_error() -> None:
    with pytest.raises(TypeError):
        reset_lstm_states_to_initial(trained(), "02")
    with pytest.raises(TypeError):
        reset_lstm_states_to_initial(trained(), 1.0)  # type: ignore[arg-type]


def test_nan_in_the_state_does_not_survive() -> None:
    model = trained()
    for pair in model._last_lstm_states:
        for part in pair:
            part[:, 1] = float("nan")
    reset_lstm_states_to_initial(model, envs=1)
    assert all(part.isfinite().all() and not part[:, 1].any() for part in carried(model))


def test_the_policys_own_initial_state_is_what_comes_back() -> None:
    model = trained(policy=LearnedStartPolicy)
    reset_lstm_states_to_initial(model, envs=[0, 2])
    for part, value in zip(carried(model), (0.5, -0.5, 1.0, -1.0), strict=True):
        assert part[:, [0, 2]].eq(value).all()
        assert not part[:, 1].eq(value).any()


SHAPE = (1, 1, HIDDEN)


@pytest.mark.parametrize(
    "initial",
    [
        (torch.full(SHAPE, 0.5), torch.full(SHAPE, -0.5)),
        [torch.full((1, N_ENVS, HIDDEN), 0.5), torch.full((1, N_ENVS, HIDDEN), -0.5)],
        (torch.full((1, HIDDEN), 0.5, dtype=torch.float64), torch.full((1, HIDDEN), -0.5)),
        lambda: (torch.full(SHAPE, 0.5), torch.full(SHAPE, -0.5)),
        torch.nn.ParameterList([torch.full(SHAPE, 0.5), torch.full(SHAPE, -0.5)]),
    ],
    ids=["one pair", "all envs", "no env dimension", "method", "parameters"],
)
def test_the_forms_that_an_initial_state_comes_in(initial: Any) -> None:
    model = trained()
    model.policy.recurrent_initial_state = initial
    reset_lstm_states_to_initial(model)
    for part, value in zip(carried(model), (0.5, -0.5, 0.5, -0.5), strict=True):
        assert part.shape == (1, N_ENVS, HIDDEN)
        assert part.eq(value).all()
        assert not part.requires_grad


@pytest.mark.parametrize(
    "initial", [(torch.zeros(1, 1, HIDDEN + 1),) * 2, (torch.zeros(SHAPE),) * 3], ids=["width", "count"]
)
def test_an_initial_state_that_does_not_fit_is_an_error_and_nothing_changes(initial: Any) -> None:
    model = trained()
    before = carried(model)
    model.policy.recurrent_initial_state = initial
    with pytest.raises(ValueError, match="initial state"):
        reset_lstm_states_to_initial(model)
    assert all(map(torch.equal, before, carried(model)))


def test_a_state_that_is_still_none_is_an_empty_report() -> None:
    model = agent()
    model._last_lstm_states = None
    report = reset_lstm_states_to_initial(model)
    assert not report
    assert "not made yet" in str(report)
    assert carried_states(model) == []


def test_a_model_without_networks_is_an_empty_report() -> None:
    model = RecurrentPPO("MlpLstmPolicy", environments(), _init_setup_model=False)
    assert not reset_lstm_states_to_initial(model)


def test_a_model_that_never_trained_can_be_reset() -> None:
    model = agent()
    assert reset_lstm_states_to_initial(model).envs == (0, 1, 2)
    train(model)


def test_plain_tuples_and_other_nests() -> None:
    model = trained()
    pi, vf = model._last_lstm_states
    for state in ((pi, vf), (pi[0], pi[1]), [pi, vf], {"pi": pi, "vf": vf}, pi[0]):
        model._last_lstm_states = state
        for held in carried_states(model):
            held.tensor.fill_(1.0)
        assert reset_lstm_states_to_initial(model, envs=0)
        for held in carried_states(model):
            assert not held.column(0).any()
            assert held.column(1).eq(1).all()


def test_a_state_of_the_wrong_width_gets_the_right_one() -> None:
    """sb3-contrib reads a state for one environment as one sequence of all of them, without an error."""
    model = trained()
    narrow = tuple(torch.ones(SHAPE) for _ in range(2))
    model._last_lstm_states = RNNStates(narrow, narrow)
    with pytest.raises(ValueError, match="1 columns for 3 environments"):
        reset_lstm_states_to_initial(model, envs=0)
    reset_lstm_states_to_initial(model)
    assert isinstance(model._last_lstm_states, RNNStates)
    assert all(part.shape == (1, N_ENVS, HIDDEN) and not part.any() for part in carried(model))
    train(model)


def test_states_that_cannot_be_written_to_are_replaced() -> None:
    model = trained()
    with torch.inference_mode():
        frozen = torch.ones(1, N_ENVS, HIDDEN)
    expanded = torch.ones(SHAPE).expand(1, N_ENVS, HIDDEN)
    learned = torch.ones(1, N_ENVS, HIDDEN, requires_grad=True) * 2
    for part in (frozen, expanded, learned):
        model._last_lstm_states = RNNStates((part, part), (part, part))
        reset_lstm_states_to_initial(model, envs=[0])
        assert part.all()
        assert isinstance(model._last_lstm_states, RNNStates)
        for now in carried(model):
            assert not now[:, 0].any()
            assert now[:, 1:].all()
            assert not now.requires_grad


def test_it_logs_at_info_what_it_did(caplog: pytest.LogCaptureFixture) -> None:
    model = trained()
    with caplog.at_level(logging.INFO, logger="lstm_runtime"):
        report = reset_lstm_states_to_initial(model, envs=[1])
    (record,) = caplog.records
    assert record.levelno == logging.INFO
    assert record.getMessage() == str(report)
    assert str(report) == f"RecurrentPPO: {', '.join(NAMES)} put back to initial in environments [1]"


@pytest.mark.parametrize("algorithm", [PPO, DQN])
def test_an_algorithm_without_recurrent_state_is_an_empty_report(algorithm: Any) -> None:
    model = algorithm("MlpPolicy", environments(n_envs=1), seed=0)
    report = reset_lstm_states_to_initial(model)
    assert not report
    assert report.tensors == report.envs == ()
    assert str(report) == f"nothing to reset on {algorithm.__name__}: it carries no recurrent state"


def test_the_policy_alone_is_an_error_that_names_the_algorithm() -> None:
    with pytest.raises(TypeError, match="pass the algorithm"):
        reset_lstm_states_to_initial(agent().policy)


@pytest.mark.parametrize(
    "thing",
    [object(), 3, None, "model", RecurrentPPO, torch.nn.Linear(2, 2), {"h": torch.zeros(2)}],
    ids=lambda thing: type(thing).__name__,
)
def test_an_unknown_object_is_a_type_error_that_lists_what_is_known(thing: Any) -> None:
    with pytest.raises(TypeError, match=r"stable-baselines3 algorithms.* torch modules.*register_adapter"):
        reset_lstm_states_to_initial(thing)


def test_the_state_tensors_can_be_listed_by_env() -> None:
    model = trained(n_lstm_layers=2)
    states = carried_states(model)
    assert [state.name for state in states] == list(NAMES)
    assert all(state.n_envs == N_ENVS and state.column(2).shape == (2, HIDDEN) for state in states)
    states[0].column(2).fill_(7.0)
    assert model._last_lstm_states.pi[0][:, 2].eq(7).all()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_states_on_a_gpu() -> None:
    model = RecurrentPPO("MlpLstmPolicy", environments(), n_steps=N_STEPS, batch_size=24, device="cuda")
    train(model)
    reset_lstm_states_to_initial(model)
    assert all(part.is_cuda and not part.any() for part in carried(model))
