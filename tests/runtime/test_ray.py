"""The trainable for Ray Tune: an actor handed over in this process, and a population on a real local cluster."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")
pytest.importorskip("ray.tune", reason="Ray Tune is not installed (pip install './runtime[ray]')")

import ray
from lstm_runtime import CheckpointError, StaleStateError
from lstm_runtime.ray import RecurrentPPOTrainable
from ray import tune
from ray.tune.schedulers import PopulationBasedTraining
from recurrent_models import N_ENVS, N_STEPS, Recall, carried
from sb3_contrib.common.recurrent.type_aliases import RNNStates

ROLLOUT = N_STEPS * N_ENVS
CONFIG: dict[str, Any] = {
    "env": Recall,
    "env_kwargs": {"shortest": 500, "longest": 600},
    "n_envs": N_ENVS,
    "n_steps": N_STEPS,
    "batch_size": 24,
    "n_epochs": 1,
    "learning_rate": 3e-3,
    "policy_kwargs": {"lstm_hidden_size": 8, "net_arch": [8]},
    "device": "cpu",
    "seed": 0,
    "guard": "raise",
}


def trainable(iterations: int = 2, **config: Any) -> RecurrentPPOTrainable:
    made = RecurrentPPOTrainable(CONFIG | config)
    for _ in range(iterations):
        made.train()
    return made


@pytest.fixture
def donor(tmp_path: Path) -> Iterator[tuple[RecurrentPPOTrainable, str]]:
    """Another agent, and the folder with its checkpoint."""
    made, folder = trainable(3, seed=7), tmp_path / "donor"
    folder.mkdir()
    made.save(str(folder))
    yield made, str(folder)
    made.stop()


def weights(made: RecurrentPPOTrainable) -> dict[str, torch.Tensor]:
    return copy.deepcopy(made.model.policy.state_dict())


def same(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(left[name], right[name]) for name in left)


def test_a_reused_actor_goes_on_with_a_re_warmed_state(donor: tuple[RecurrentPPOTrainable, str]) -> None:
    other, folder = donor
    actor = trainable(2)
    model, before = actor.model, carried(actor.model)
    seen = [step.observation for step in actor._agent.history.window()]
    assert len(seen) == 2 * N_STEPS  # the episodes are running since the beginning
    assert actor.reset({**CONFIG, "learning_rate": 1e-3})
    actor.restore(folder)
    assert actor.model is model
    assert same(weights(actor), weights(other))
    assert model.num_timesteps == 3 * ROLLOUT
    state = RNNStates((torch.zeros(1, N_ENVS, 8),) * 2, (torch.zeros(1, N_ENVS, 8),) * 2)
    with torch.no_grad():
        for observation in seen:
            state = other.model.policy(torch.as_tensor(observation), state, torch.zeros(N_ENVS))[-1]
    expected = [part for pair in state for part in pair]
    assert all(torch.allclose(new, wanted, atol=1e-6) for new, wanted in zip(carried(model), expected, strict=True))
    assert not any(torch.allclose(new, old) for new, old in zip(carried(model), before, strict=True))
    result = actor.train()
    assert result["timesteps"] == 4 * ROLLOUT
    assert result["pbt/exploitation_count"] == 1
    assert result["pbt/mid_episode_fraction"] == 1
    assert result["pbt/stale_value_gap"] > 0
    assert result["recurrent/rewarms"] == N_ENVS
    assert result["recurrent/stale_uses"] == 0
    actor.stop()


@pytest.mark.parametrize("remedy", ["reset", "keep"])
def test_the_other_remedies(remedy: str, donor: tuple[RecurrentPPOTrainable, str]) -> None:
    actor = trainable(2, remedy=remedy)
    before = carried(actor.model)
    actor.reset({**CONFIG, "remedy": remedy})
    actor.restore(donor[1])
    for new, old in zip(carried(actor.model), before, strict=True):
        assert torch.equal(new, torch.zeros_like(old) if remedy == "reset" else old)
    actor.train()
    actor.stop()


def test_the_hazard_is_live_without_a_remedy(donor: tuple[RecurrentPPOTrainable, str]) -> None:
    class Careless(RecurrentPPOTrainable):
        def load_checkpoint(self, checkpoint: Any) -> None:
            stored = torch.load(Path(checkpoint) / "agent.pt", weights_only=True)
            self.model.policy.load_state_dict(stored["policy"])
            self._is_borrowed = False

    actor = Careless(CONFIG)
    actor.train()
    actor.reset(dict(CONFIG))
    actor.restore(donor[1])
    with pytest.raises(StaleStateError, match="RSH001"):
        actor.train()
    actor.stop()


def test_a_trial_without_a_checkpoint_begins_from_nothing() -> None:
    fresh, actor = trainable(1), trainable(2)
    learnt = weights(actor)
    actor.reset(dict(CONFIG))
    actor.train()
    assert actor.model.num_timesteps == ROLLOUT
    assert same(weights(actor), weights(fresh))
    assert not same(weights(actor), learnt)


def test_a_checkpoint_of_a_handed_over_actor_is_not_of_the_trial_before(tmp_path: Path) -> None:
    actor = trainable(1)
    learnt = weights(actor)
    actor.reset(dict(CONFIG))
    actor.save(str(tmp_path))
    stored = torch.load(tmp_path / "agent.pt", weights_only=True)
    assert not same(stored["policy"], learnt)


def test_hyperparameters_change_in_the_running_agent(donor: tuple[RecurrentPPOTrainable, str]) -> None:
    actor = trainable(1, gamma=0.9, ent_coef=0.1)
    model = actor.model
    config = {**CONFIG, "learning_rate": 2e-4, "clip_range": 0.3, "clip_range_vf": 0.4, "gamma": 0.8, "rollouts": 2}
    actor.reset(dict(config))
    actor.restore(donor[1])
    result = actor.train()
    assert actor.model is model
    assert {group["lr"] for group in model.policy.optimizer.param_groups} == {2e-4}
    assert (model.clip_range(1.0), model.clip_range_vf(0.5)) == (0.3, 0.4)
    assert model.gamma == model.rollout_buffer.gamma == 0.8
    assert model.ent_coef == 0.0  # not in the new config: the default
    assert result["timesteps"] == 5 * ROLLOUT


def test_what_cannot_change_makes_a_new_agent(donor: tuple[RecurrentPPOTrainable, str]) -> None:
    actor = trainable(1)
    model = actor.model
    actor.reset({**CONFIG, "n_steps": 16})
    actor.restore(donor[1])
    assert actor.model is not model
    assert actor.model.n_steps == 16
    assert same(weights(actor), weights(donor[0]))
    actor.train()


def test_the_statistics_of_the_normalisation_come_along(tmp_path: Path) -> None:
    other, actor = trainable(3, seed=7, vec_normalize={}), trainable(1, vec_normalize={})
    other.save(str(tmp_path))
    actor.restore(str(tmp_path))
    theirs, ours = (made.model.get_vec_normalize_env() for made in (other, actor))
    assert np.array_equal(ours.obs_rms.mean, theirs.obs_rms.mean)
    assert (ours.obs_rms.count, ours.ret_rms.count) == (theirs.obs_rms.count, theirs.ret_rms.count)
    assert np.allclose(actor.model._last_obs, theirs.normalize_obs(ours.get_original_obs()))
    # A copy: what ours learns further is not theirs.
    actor.train()
    assert not np.array_equal(ours.obs_rms.mean, theirs.obs_rms.mean)
    assert actor._agent.history.is_current()


def damaged(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes()[:200])


@pytest.mark.parametrize("problem", ["agent.pt", "run.pt", "shape", "normalisation", "not there"])
def test_a_bad_checkpoint_changes_nothing(problem: str, tmp_path: Path) -> None:
    other: dict[str, Any] = {
        "shape": {"policy_kwargs": {"lstm_hidden_size": 4, "net_arch": [8]}},
        "normalisation": {"vec_normalize": {}},
    }.get(problem, {})
    trainable(1, **other).save(str(tmp_path))
    if problem.endswith(".pt"):
        damaged(tmp_path, problem)
    if problem == "not there":
        (tmp_path / "run.pt").unlink()
    actor = trainable(1)
    before, state = weights(actor), carried(actor.model)
    with pytest.raises(CheckpointError):
        actor.load_checkpoint(str(tmp_path))
    assert same(weights(actor), before)
    assert all(torch.equal(new, old) for new, old in zip(carried(actor.model), state, strict=True))
    assert actor.model.num_timesteps == ROLLOUT


def test_the_record_of_episodes_goes_with_the_weights(tmp_path: Path) -> None:
    short = {"env_kwargs": {"shortest": 5, "longest": 9}}
    other, actor = trainable(2, seed=7, **short), trainable(1, **short)
    other.save(str(tmp_path))
    actor.restore(str(tmp_path))
    returns = [[episode["r"] for episode in made.model.ep_info_buffer] for made in (other, actor)]
    assert returns[0] == returns[1]


def test_a_config_without_environment_says_so() -> None:
    with pytest.raises(ValueError, match='no "env"'):
        RecurrentPPOTrainable({})


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    # One processor, so that the trials take turns on one actor.
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def pids(reports: list[Any]) -> set[int]:
    """The processes of the actors."""
    return {report["pid"] for report in reports}


def test_population_based_training_with_reused_actors(cluster: None, tmp_path: Path) -> None:
    scheduler = PopulationBasedTraining(
        time_attr="training_iteration",
        metric="episode_reward_mean",
        mode="max",
        perturbation_interval=1,
        synch=True,  # else it depends on the timing whether there is a checkpoint to take over
        quantile_fraction=0.5,
        hyperparam_mutations={"learning_rate": tune.loguniform(1e-4, 1e-2)},
    )
    tuner = tune.Tuner(
        RecurrentPPOTrainable,
        param_space={
            "env": "CartPole-v1",
            "n_envs": 2,
            "n_steps": 128,
            "n_epochs": 1,
            "learning_rate": 1e-3,
            "policy_kwargs": {"lstm_hidden_size": 8},
            "device": "cpu",
            "guard": "raise",
        },
        tune_config=tune.TuneConfig(scheduler=scheduler, num_samples=3, reuse_actors=True),
        run_config=tune.RunConfig(stop={"training_iteration": 3}, storage_path=str(tmp_path), verbose=0),
    )
    results = tuner.fit()
    assert not results.errors
    assert scheduler._num_perturbations > 0
    reports = [report for result in results for _, report in result.metrics_dataframe.iterrows()]
    # More trials than actors: they were reused, and each took over in mid-episode with a state that was re-warmed.
    trials_of = {pid: {report["trial_id"] for report in reports if report["pid"] == pid} for pid in pids(reports)}
    assert max(map(len, trials_of.values())) > 1
    taken_over = [report for report in reports if report["pbt/stale_value_gap"] > 0]
    assert taken_over
    assert all(report["pbt/mid_episode_fraction"] > 0 for report in taken_over)
    assert all(report["recurrent/stale_uses"] == 0 for report in reports)
