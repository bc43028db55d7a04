"""The figures of exploits, on real training: what the TensorBoard files say, and what each figure means."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

from lstm_runtime import ExploitCallback, ObservationHistory, guard, reset_lstm_states_to_initial, rewarm_lstm_states
from lstm_runtime.metrics import FIGURES, VALUE_LOSS_STEPS, ExploitMetrics
from recurrent_models import N_ENVS, N_STEPS, Doing, agent, carried, environments, train, trained
from sb3_contrib import RecurrentPPO
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

LONG = {"shortest": 500, "longest": 600}


class Recorded(BaseCallback):
    """What the logger holds at the end of each rollout; goes behind the callback that records."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: list[dict[str, float]] = []
        self.losses: list[float] = []

    def _on_step(self) -> bool:
        return True

    def _on_rollout_end(self) -> None:
        names = (name for name in self.logger.name_to_value if name.startswith(("pbt/", "recurrent/")))
        self.figures.append({name: self.logger.name_to_value[name] for name in names})
        buffer = self.model.rollout_buffer
        errors = buffer.returns[:VALUE_LOSS_STEPS] - buffer.values[:VALUE_LOSS_STEPS]
        self.losses.append(float(np.square(errors).mean()))


@pytest.fixture(scope="module")
def donor() -> RecurrentPPO:
    return trained(seed=7, rollouts=3)


def receiver(**settings: Any) -> RecurrentPPO:
    """An agent in the middle of its episodes."""
    return trained(env=environments(**LONG), rollouts=2, **settings)


def test_the_event_files_have_every_figure(donor: RecurrentPPO, tmp_path: Path) -> None:
    event_accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", reason="TensorBoard is not installed"
    )
    model = agent(env=environments(**LONG))
    model.tensorboard_log = str(tmp_path)
    callback = ExploitCallback()
    with guard(model, on_stale="log"):
        train(model, 3, callback)
        callback.request(donor.get_parameters())
        train(model, 2, callback)
    found: dict[str, list[tuple[int, float]]] = {}
    for folder in sorted(tmp_path.iterdir()):
        events = event_accumulator.EventAccumulator(str(folder)).Reload()
        for tag in events.Tags()["scalars"]:
            found.setdefault(tag, []).extend((event.step, event.value) for event in events.Scalars(tag))
    assert set(FIGURES) <= set(found)
    rollout = N_STEPS * N_ENVS
    assert [value for _, value in found["pbt/exploitation_count"]] == [0, 0, 0, 1, 1]
    # These are there once, with the rollout that followed the exploit.
    for name in FIGURES:
        if name.startswith("pbt/") and not name.endswith(("count", "no_exploit_value_loss_ratio")):
            assert [step for step, _ in found[name]] == [4 * rollout], name
    assert found["pbt/mid_episode_fraction"][0][1] == 1
    assert [value for _, value in found["recurrent/rewarms"]] == [0, 0, 0, N_ENVS, N_ENVS]
    assert {value for _, value in found["recurrent/stale_uses"]} == {0}


def outputs(model: RecurrentPPO) -> tuple[torch.Tensor, torch.Tensor]:
    """Values (envs,) and action probabilities (envs, actions) for the next observation and the carried state."""
    starts = torch.as_tensor(model._last_episode_starts, dtype=torch.float32)
    observation, state = torch.as_tensor(model._last_obs), model._last_lstm_states
    with torch.no_grad():
        values = model.policy.predict_values(observation, state.vf, starts).flatten()
        actions = model.policy.get_distribution(observation, state.pi, starts)[0].distribution.probs
    return values.clone(), actions.clone()


def divergence(reference: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    return (reference * (reference / other).log()).sum(dim=1)


@pytest.mark.parametrize("beginning", [[], [1]], ids=["all in mid-episode", "one begins an episode"])
def test_the_gaps_are_those_to_the_re_warmed_state(donor: RecurrentPPO, beginning: list[int]) -> None:
    model, history, metrics = agent(env=environments(**LONG)), ObservationHistory(), ExploitMetrics()
    train(model, 2, history)
    model._last_episode_starts[beginning] = True
    # Stronger weights than a short training gives, so that the divergences are far from what float32 cannot tell.
    strong = {name: 3 * value for name, value in donor.policy.state_dict().items()}
    with metrics.exploit(model, history=history):
        model.policy.load_state_dict(strong)
    running = [env for env in range(N_ENVS) if env not in beginning]
    stale = outputs(model)
    rewarm_lstm_states(model, history)
    warm = outputs(model)
    reset_lstm_states_to_initial(model)
    initial = outputs(model)
    reading = metrics.last_reading
    assert reading is not None
    assert reading.mid_episode_fraction == pytest.approx(len(running) / N_ENVS)
    assert reading.stale_value_gap == pytest.approx(float((stale[0] - warm[0]).abs()[running].mean()), rel=1e-4)
    assert reading.stale_policy_kl == pytest.approx(float(divergence(warm[1], stale[1])[running].mean()), rel=1e-3)
    assert reading.reset_policy_kl == pytest.approx(float(divergence(warm[1], initial[1])[running].mean()), rel=1e-3)
    assert reading.stale_value_gap > 1e-3


def test_the_divergence_of_continuous_actions_is_summed_over_their_dimensions() -> None:
    def continuous(seed: int) -> RecurrentPPO:
        return agent(env=make_vec_env("MountainCarContinuous-v0", 2, seed=seed), policy="MlpLstmPolicy", seed=seed)

    model, other, history, metrics = continuous(0), train(continuous(1)), ObservationHistory(), ExploitMetrics()
    train(model, 1, history)
    with metrics.exploit(model, history=history):
        model.policy.load_state_dict(other.policy.state_dict())
    starts = torch.zeros(2)

    def normal() -> torch.distributions.Normal:
        with torch.no_grad():
            observation, state = torch.as_tensor(model._last_obs), model._last_lstm_states.pi
            return model.policy.get_distribution(observation, state, starts)[0].distribution

    stale = normal()
    rewarm_lstm_states(model, history)
    expected = torch.distributions.kl_divergence(normal(), stale).sum(dim=1).mean()
    assert metrics.last_reading is not None
    assert metrics.last_reading.stale_policy_kl == pytest.approx(float(expected), rel=1e-3)


def test_the_value_loss_ratios(donor: RecurrentPPO) -> None:
    model, callback, recorded = agent(env=environments(**LONG)), ExploitCallback(), Recorded()
    train(model, 3, [callback, recorded])
    callback.request(donor.get_parameters())
    train(model, 2, [callback, recorded])
    first, second, third, exploited, last = recorded.losses
    at = [figures.get("pbt/post_exploit_value_loss_ratio") for figures in recorded.figures]
    assert at[3] == pytest.approx(exploited / third)
    assert [value for number, value in enumerate(at) if number != 3] == [None] * 4
    control = [figures.get("pbt/no_exploit_value_loss_ratio") for figures in recorded.figures]
    assert control[:2] == [None, pytest.approx(second / first)]
    assert control[2] == control[3] == pytest.approx((third / first) ** 0.5)
    assert control[4] == pytest.approx((third / first * last / exploited) ** (1 / 3))


def test_an_exploit_that_fails_is_not_counted(donor: RecurrentPPO) -> None:
    model, metrics = receiver(), ExploitMetrics()
    with pytest.raises(RuntimeError), metrics.exploit(model):
        model.policy.load_state_dict({})
    assert metrics.exploitation_count == 0
    assert metrics.last_reading is None


def test_without_observations_only_the_share_is_known(donor: RecurrentPPO, tmp_path: Path) -> None:
    receiver().save(tmp_path / "model")
    model = RecurrentPPO.load(tmp_path / "model", device="cpu")
    model.set_env(environments(**LONG), force_reset=False)
    metrics = ExploitMetrics()
    with metrics.exploit(model):
        model.policy.load_state_dict(donor.policy.state_dict())
    assert metrics.last_reading is not None
    assert vars(metrics.last_reading) == {
        "mid_episode_fraction": 1.0,
        "stale_value_gap": None,
        "stale_policy_kl": None,
        "reset_policy_kl": None,
    }


def test_measuring_leaves_state_mode_and_random_numbers_alone(donor: RecurrentPPO) -> None:
    model, metrics = receiver(), ExploitMetrics()
    model.policy.train()
    before, random = carried(model), torch.get_rng_state()
    with metrics.exploit(model):
        model.policy.load_state_dict(donor.policy.state_dict())
    assert torch.equal(random, torch.get_rng_state())
    assert all(torch.equal(old, new) for old, new in zip(before, carried(model), strict=True))
    assert model.policy.training


def test_resets_and_stale_uses_are_counted_where_they_happen(donor: RecurrentPPO) -> None:
    model, callback, recorded = receiver(), ExploitCallback(), Recorded()
    with guard(model, on_stale="log"):
        train(model, 1, [callback, recorded])
        reset_lstm_states_to_initial(model, envs=[0, 2])
        model.policy.load_state_dict(donor.policy.state_dict())
        train(model, 1, [callback, recorded])
    calm, later = recorded.figures
    assert later["recurrent/resets"] - calm["recurrent/resets"] == 2
    assert (calm["recurrent/stale_uses"], later["recurrent/stale_uses"]) == (0, 1)
    train(model, 1, [callback, recorded])
    assert "recurrent/stale_uses" not in recorded.figures[-1]


def test_an_exploit_is_no_stale_use(donor: RecurrentPPO) -> None:
    model, callback = receiver(), ExploitCallback(remedy="reset")
    with guard(model, on_stale="raise"):
        callback.request(copy.deepcopy(donor.get_parameters()))
        train(model, 2, callback)
    assert callback.metrics.last_reading is not None
    assert callback.metrics.last_reading.reset_policy_kl is not None


def test_figures_of_an_agent_without_memory() -> None:
    def plain(seed: int) -> PPO:
        return PPO("MlpPolicy", make_vec_env("CartPole-v1", 2, seed=seed), n_steps=16, batch_size=32, device="cpu")

    model, callback, recorded = plain(0), ExploitCallback(remedy="keep"), Recorded()
    model.learn(32, callback=[callback, recorded])
    callback.request(plain(1).get_parameters())
    model.learn(32, callback=[callback, recorded], reset_num_timesteps=False)
    assert recorded.figures[-1]["pbt/exploitation_count"] == 1
    assert "pbt/post_exploit_value_loss_ratio" in recorded.figures[-1]
    assert "pbt/mid_episode_fraction" not in recorded.figures[-1]


def test_the_callback_records_before_train(donor: RecurrentPPO) -> None:
    model, callback = receiver(), ExploitCallback()
    seen = Doing("_on_rollout_end", lambda model: dict(model.logger.name_to_value))
    callback.request(donor.get_parameters())
    train(model, 1, [callback, seen])
    assert seen.seen[0]["pbt/exploitation_count"] == 1
