"""What a guard must let pass: training, evaluation, resets of every kind, states that were adopted."""

from __future__ import annotations

import copy
import logging
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

from lstm_runtime import (
    ObservationHistory,
    StaleStateError,
    guard,
    reset_lstm_states_to_initial,
    rewarm_lstm_states,
)
from recurrent_models import Doing, LearnedStartPolicy, agent, environments, train, trained
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import EvalCallback
from stable_baselines3.common.evaluation import evaluate_policy


def replace(model: RecurrentPPO, seed: int = 1) -> None:
    kind = "dict" if "MultiInput" in type(model.policy).__name__ else "box"
    donor = agent(kind, seed=seed, policy=type(model.policy))
    model.policy.load_state_dict(donor.policy.state_dict())


def zero_loop(model: RecurrentPPO) -> None:
    for pair in model._last_lstm_states:
        for part in pair:
            part.zero_()


def zeros_anew(model: RecurrentPPO) -> None:
    pi, vf = model._last_lstm_states
    model._last_lstm_states = RNNStates(
        tuple(torch.zeros_like(part) for part in pi), tuple(torch.zeros_like(part) for part in vf)
    )


def all_starts(model: RecurrentPPO) -> None:
    model._last_episode_starts = np.ones(model.n_envs, dtype=bool)


def no_observation(model: RecurrentPPO) -> None:
    model._last_obs = None


# After a replacement, each leaves no old state to be used by `learn(reset_num_timesteps=False)`.
RESETS: dict[str, Any] = {
    "reset_lstm_states_to_initial": reset_lstm_states_to_initial,
    "rewarm_lstm_states": rewarm_lstm_states,
    "zeros in place": zero_loop,
    "zeros anew": zeros_anew,
    "episode starts": all_starts,
    "set_env": lambda model: model.set_env(model.get_env()),
    "a new env": lambda model: model.set_env(environments()),
    "_last_obs = None": no_observation,
    "learn from zero timesteps": lambda model: model.learn(24),
}


@pytest.mark.parametrize("reset", RESETS)
def test_a_reset_of_any_kind(reset: str) -> None:
    model = trained(n_steps=8)
    with guard(model) as watching:
        replace(model)
        RESETS[reset](model)
        train(model, rollouts=3)
        replace(model, seed=2)
        RESETS[reset](model)
        train(model, rollouts=3)
    assert watching.report.replacements == 2
    assert watching.report.stale_uses == 0


@pytest.mark.parametrize("reset", [reset_lstm_states_to_initial, rewarm_lstm_states, zero_loop, all_starts])
@pytest.mark.parametrize("moment", ["_on_training_start", "_on_rollout_start", "_on_rollout_end"])
def test_a_reset_in_a_callback(moment: str, reset: Any) -> None:
    model = trained(n_steps=8)

    def swap(model: RecurrentPPO) -> None:
        replace(model)
        reset(model)

    act = Doing(moment, swap)
    with guard(model) as watching:
        if moment == "_on_rollout_start" and reset is rewarm_lstm_states:
            train(model, rollouts=3, callback=[ObservationHistory(), act])
        else:
            train(model, rollouts=3, callback=act)
    assert act.seen == [None]
    assert watching.report.replacements == 1
    assert watching.report.stale_uses == 0


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"n_lstm_layers": 2},
        {"shared_lstm": True, "enable_critic_lstm": False},
        {"enable_critic_lstm": False},
        {"share_features_extractor": False},
        {"optimizer_class": torch.optim.SGD},
        {"optimizer_class": torch.optim.RMSprop},
    ],
    ids=str,
)
def test_training_on(settings: dict[str, Any]) -> None:
    """Optimizer steps, before and after a replacement, at the pace of many episodes."""
    model = agent(env=environments(shortest=3, longest=6), **settings)
    with guard(model) as watching:
        train(model, rollouts=3)
        assert watching.report.replacements == 0
        model.policy.load_state_dict(agent(seed=1, **settings).policy.state_dict())
        reset_lstm_states_to_initial(model)
        train(model, rollouts=6)
    assert watching.report.replacements == 1
    assert watching.report.stale_uses == watching.report.replays == 0


def test_training_with_state_dependent_exploration_and_a_schedule() -> None:
    model = RecurrentPPO(
        "MlpLstmPolicy",
        "Pendulum-v1",
        n_steps=32,
        batch_size=16,
        n_epochs=2,
        use_sde=True,
        sde_sample_freq=4,
        learning_rate=lambda left: 1e-3 * left,
        policy_kwargs={"lstm_hidden_size": 8},
        seed=0,
    )
    with guard(model) as watching:
        model.learn(96)
        model.learn(96, reset_num_timesteps=False)
    assert watching.report.stale_uses == watching.report.replacements == 0


def test_many_epochs() -> None:
    model = agent()
    model.n_epochs = 30
    with guard(model) as watching:
        train(model, rollouts=3)
    assert watching.report.replacements == 0


def test_an_optimizer_that_evaluates_a_closure() -> None:
    """L-BFGS runs the module in the middle of its step, on weights that it only tries out."""
    model = trained(n_steps=8)
    policy, state = model.policy, model._last_lstm_states
    optimizer = torch.optim.LBFGS(policy.parameters(), max_iter=5)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        with torch.enable_grad():
            loss = policy.predict_values(torch.as_tensor(model._last_obs), state.vf, torch.zeros(3)).square().mean()
        loss.backward()
        return loss

    with guard(model) as watching:
        optimizer.step(closure)
        train(model)
    assert watching.report.replacements == watching.report.stale_uses == 0


def test_an_optimizer_step_that_fails_leaves_the_guard_awake() -> None:
    model = trained(n_steps=8)
    optimizer = torch.optim.LBFGS(model.policy.parameters())
    with guard(model):
        with pytest.raises(ZeroDivisionError):
            optimizer.step(lambda: 1 / 0)
        replace(model)
        with pytest.raises(StaleStateError):
            train(model)


def test_a_replacement_between_two_optimizer_steps_is_no_step() -> None:
    model = trained(n_steps=8)
    with guard(model) as watching:
        for parameter in model.policy.parameters():
            parameter.data.mul_(0.5)
        model.policy.optimizer.step()
        assert watching.report.replacements == 1
        with pytest.raises(StaleStateError):
            train(model)


def test_the_step_of_another_models_optimizer_is_no_excuse() -> None:
    model, other = trained(n_steps=8), trained(n_steps=8, seed=1)
    with guard(model), guard(other):
        replace(model)
        other.policy.optimizer.step()
        train(other)
        with pytest.raises(StaleStateError):
            train(model)


def test_an_update_by_hand_is_announced() -> None:
    model = trained(n_steps=8)
    with guard(model) as watching:
        with watching.updating(), torch.no_grad():
            for parameter in model.policy.parameters():
                parameter -= 0.01
        train(model)
        assert watching.report.replacements == 0
        with torch.no_grad():
            for parameter in model.policy.parameters():
                parameter -= 0.01
        with pytest.raises(StaleStateError):
            train(model)


def test_an_evaluation_starts_from_nothing() -> None:
    model = trained(n_steps=8)
    evaluate = EvalCallback(environments(n_envs=1), eval_freq=3, n_eval_episodes=2, verbose=0)
    with guard(model) as watching:
        replace(model)
        evaluate_policy(model, environments(n_envs=2), n_eval_episodes=4, warn=False)
        model.predict(model._last_obs)
        reset_lstm_states_to_initial(model)
        train(model, rollouts=2, callback=evaluate)
    assert watching.report.stale_uses == 0


def test_an_evaluation_does_not_excuse_the_training() -> None:
    model = trained(n_steps=8)
    with guard(model):
        replace(model)
        evaluate_policy(model, environments(n_envs=2), n_eval_episodes=4, warn=False)
        with pytest.raises(StaleStateError):
            train(model)


def test_streams_in_turn_each_with_its_own_state() -> None:
    model = trained(n_steps=8)
    with guard(model) as watching:
        replace(model)
        states: list[Any] = [None] * 4
        for step in range(40):
            for stream in range(4):
                start = np.full(3, step % (stream + 5) == 0)
                _, states[stream] = model.predict(model._last_obs, states[stream], episode_start=start)
        # Columns of several streams side by side, and in another order, are who they were.
        mixed = [np.concatenate([one[:, 2:], two[:, :2]], axis=1) for one, two in zip(*states[:2], strict=True)]
        model.predict(model._last_obs, tuple(mixed))
    assert watching.report.stale_uses == 0


def test_a_resumed_state_is_adopted() -> None:
    """Weights and the state that they made, both from a file."""
    earlier = trained(n_steps=8)
    weights, state = copy.deepcopy(earlier.get_parameters()), copy.deepcopy(earlier._last_lstm_states)
    model = trained(n_steps=8, seed=2)
    with guard(model) as watching:
        model.set_parameters(weights)
        model._last_lstm_states = state
        with pytest.raises(StaleStateError):
            train(model)
        watching.adopt()
        train(model, rollouts=2)
        assert watching.report.stale_uses == 1
        _, mine = earlier.predict(model._last_obs)
        model.predict(model._last_obs, watching.adopt(mine) or mine)
        with pytest.raises(ValueError, match="nothing to adopt"):
            watching.adopt(np.zeros((1, 3, 99)))


def test_a_guard_that_comes_late_takes_what_it_finds() -> None:
    model = trained(n_steps=8)
    replace(model)
    with guard(model) as watching:
        train(model)
    assert watching.report.stale_uses == 0


def test_a_learned_initial_state_is_fresh() -> None:
    model = trained(policy=LearnedStartPolicy, n_steps=8)
    with guard(model) as watching:
        replace(model)
        with pytest.raises(StaleStateError):
            train(model)
        reset_lstm_states_to_initial(model)
        assert float(model._last_lstm_states.pi[0].mean()) == 0.5
        train(model)
    assert watching.report.stale_uses == 1


def test_weights_that_do_not_shape_the_state() -> None:
    """Heads read the state and do not make it."""
    model, donor = trained(n_steps=8), agent(seed=1)
    with guard(model) as watching:
        model.policy.mlp_extractor.load_state_dict(donor.policy.mlp_extractor.state_dict())
        model.policy.action_net.load_state_dict(donor.policy.action_net.state_dict())
        model.policy.value_net = donor.policy.value_net
        train(model)
    assert watching.report.replacements == watching.report.stale_uses == 0


def test_the_same_values_again(caplog: pytest.LogCaptureFixture) -> None:
    """A snapshot that was never copied follows training: to load it changes nothing."""
    model = trained(n_steps=8)
    with guard(model) as watching, caplog.at_level(logging.INFO, "lstm_runtime.guard"):
        model.set_parameters(model.get_parameters())
        model.policy.to("cpu")
        model.policy.double().float()
        model.predict(model._last_obs)  # else a copy of it would fail
        model.policy = copy.deepcopy(model.policy)
        train(model)
    assert watching.report.replacements == watching.report.stale_uses == 0
    assert "left the weights as they were" in caplog.text


def test_batches_that_are_replayed_are_counted_and_let_pass() -> None:
    """Swap and reset at `_on_rollout_end`: the states in the buffer are older, and no reset mends these."""
    model = trained(n_steps=8)

    def swap(model: RecurrentPPO) -> None:
        replace(model)
        reset_lstm_states_to_initial(model)

    with guard(model) as watching:
        train(model, rollouts=3, callback=Doing("_on_rollout_end", swap))
    assert watching.report.stale_uses == 0
    assert watching.report.replays == 1
