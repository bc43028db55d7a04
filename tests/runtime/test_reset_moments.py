"""A reset at every moment of the training loop: full effect from the next step on, or an error; never half of one."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

from lstm_runtime import InsideRolloutError, ResettableLSTMStates, reset_lstm_states_to_initial
from recurrent_models import N_ENVS, Doing, LstmInputs, Recall, agent, carried, environments, train, trained
from sb3_contrib import RecurrentPPO
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import CallbackList, EveryNTimesteps
from stable_baselines3.common.vec_env import VecEnvWrapper

AROUND = ["_on_training_start", "_on_rollout_start", "_on_rollout_end", "_on_training_end"]


class Replayed:
    """The state that each row of the rollout buffer was stored with, taken before `train()` flattens it."""

    def __init__(self, model: RecurrentPPO) -> None:
        self.hidden: list[torch.Tensor] = []
        self.starts: list[np.ndarray] = []
        self.model, self._train = model, model.train
        model.train = self._note_and_train

    def _note_and_train(self) -> None:
        self.hidden += list(torch.as_tensor(self.model.rollout_buffer.hidden_states_pi.copy()))
        self.starts += list(self.model.rollout_buffer.episode_starts.copy())
        self._train()


def check_the_buffer_holds_what_acted(inputs: LstmInputs, replayed: Replayed, n_steps: int) -> None:
    """Every stored state, masked by its stored episode start, is what the LSTM was given at that step."""
    rollouts = len(replayed.hidden) // n_steps
    assert rollouts >= 1
    assert len(inputs.hidden) == rollouts * n_steps
    for given, stored, start in zip(inputs.hidden, replayed.hidden, replayed.starts, strict=True):
        assert torch.equal(given, stored * (1 - torch.as_tensor(start, dtype=torch.float32)).view(1, -1, 1))


@pytest.mark.parametrize("moment", AROUND)
def test_around_a_rollout_it_takes_effect_for_acting_and_for_the_buffer(moment: str) -> None:
    model = trained()
    doing = Doing(moment, reset_lstm_states_to_initial)
    replayed = Replayed(model)
    with LstmInputs(model) as inputs:
        train(model, 2, doing)
        train(model)
    (report,) = doing.seen
    assert report.envs == (0, 1, 2)
    first = {"_on_training_start": 0, "_on_rollout_start": 0, "_on_rollout_end": 1, "_on_training_end": 2}[moment]
    for rollout in range(3):
        assert bool(inputs.hidden[rollout * model.n_steps].any()) == (rollout != first)
    check_the_buffer_holds_what_acted(inputs, replayed, model.n_steps)


@pytest.mark.parametrize(
    "wrap", [lambda one: one, lambda one: CallbackList([one]), lambda one: EveryNTimesteps(9, one)]
)
def test_in_a_step_it_is_an_error_and_nothing_changes(wrap: Any) -> None:
    """Acting goes on with the state that it had, and no zeros get into the buffer."""

    def states_and_reset(model: RecurrentPPO) -> Any:
        before = carried(model)
        with pytest.raises(InsideRolloutError, match="_on_rollout_start") as error:
            reset_lstm_states_to_initial(model)
        assert all(map(torch.equal, before, carried(model)))
        return error.value

    model = trained()
    doing = Doing("_on_step", states_and_reset, at=2)
    replayed = Replayed(model)
    with LstmInputs(model) as inputs:
        train(model, 1, wrap(doing))
    (error,) = doing.seen
    assert isinstance(error, InsideRolloutError)
    check_the_buffer_holds_what_acted(inputs, replayed, model.n_steps)
    assert all(given.any() for given in inputs.hidden)


def test_a_callback_whose_methods_are_wrapped_is_still_seen_through() -> None:
    def wrapped(method: Any) -> Any:
        return lambda *arguments: method(*arguments)

    model = trained()
    for moment, refused in (("_on_rollout_start", False), ("_on_step", True), ("_on_rollout_end", False)):
        doing = Doing(moment, reset_lstm_states_to_initial)
        for name in ("on_rollout_start", "on_step", "on_rollout_end"):
            setattr(doing, name, wrapped(getattr(doing, name)))
        train(model, 1, doing)
        assert isinstance(doing.seen[0], InsideRolloutError) == refused


def test_after_a_step_that_ended_training_it_works() -> None:
    class Stop(Doing):
        def _on_step(self) -> bool:
            return self.n_calls < 5

    model = trained()
    train(model, 1, Stop("never", None))
    assert reset_lstm_states_to_initial(model)
    with LstmInputs(model) as inputs:
        train(model)
    assert not inputs.hidden[0].any()


def test_a_subclass_that_resets_before_the_stock_loop() -> None:
    class Forgetful(RecurrentPPO):
        def collect_rollouts(self, *args: Any, **kwargs: Any) -> bool:
            reset_lstm_states_to_initial(self)
            return super().collect_rollouts(*args, **kwargs)

    model = trained(algorithm=Forgetful)
    with LstmInputs(model) as inputs:
        train(model, 2)
    assert not inputs.hidden[0].any()
    assert not inputs.hidden[model.n_steps].any()


class ResetsOnStep(VecEnvWrapper):
    """An environment that reaches for the model, as curricula do."""

    model: Any = None
    error: Exception | None = None

    def reset(self) -> Any:
        return self.venv.reset()

    def step_wait(self) -> Any:
        if self.model is not None and self.error is None:
            try:
                reset_lstm_states_to_initial(self.model)
            except InsideRolloutError as error:
                self.error = error
        return self.venv.step_wait()


def test_from_within_an_environments_step_it_is_an_error() -> None:
    env = ResetsOnStep(environments())
    model = agent(env=env)
    env.model = model
    train(model)
    assert isinstance(env.error, InsideRolloutError)


def in_another_thread(action: Any, model: RecurrentPPO) -> Any:
    result: list[Any] = []

    def run() -> None:
        try:
            result.append(action(model))
        except Exception as error:
            result.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return result[0]


@pytest.mark.parametrize(
    ("moment", "allowed"), [("_on_step", False), ("_on_rollout_start", True), ("_on_rollout_end", True)]
)
def test_from_another_thread_it_goes_by_where_training_is(moment: str, allowed: bool) -> None:
    model = trained()
    doing = Doing(moment, lambda model: in_another_thread(reset_lstm_states_to_initial, model))
    train(model, 1, doing)
    (result,) = doing.seen
    assert isinstance(result, InsideRolloutError) is not allowed
    assert bool(result) if allowed else True


def test_another_model_can_be_reset_in_a_step_of_this_one() -> None:
    other = trained()
    doing = Doing("_on_step", lambda model: reset_lstm_states_to_initial(other))
    trained(callback=doing)
    (report,) = doing.seen
    assert report.envs == (0, 1, 2)
    assert not any(part.any() for part in carried(other))


def test_in_a_step_of_an_algorithm_without_recurrent_state_it_is_harmless() -> None:
    model = PPO("MlpPolicy", environments(), n_steps=8, batch_size=24)
    doing = Doing("_on_step", reset_lstm_states_to_initial)
    model.learn(24, callback=doing)
    (report,) = doing.seen
    assert not report


class OwnLoop(ResettableLSTMStates, RecurrentPPO):
    """Collects by itself and starts the state of a finished environment afresh at once."""

    def collect_rollouts(self, env: Any, callback: Any, rollout_buffer: Any, n_rollout_steps: int) -> bool:
        self.policy.set_training_mode(False)
        rollout_buffer.reset()
        callback.on_rollout_start()
        self.seen = []
        for _ in range(n_rollout_steps):
            before = tuple(tuple(part.clone() for part in pair) for pair in self._last_lstm_states)
            before = type(self._last_lstm_states)(*before)
            with torch.no_grad():
                actions, values, log_probs, self._last_lstm_states = self.policy(
                    torch.as_tensor(self._last_obs),
                    self._last_lstm_states,
                    torch.as_tensor(self._last_episode_starts, dtype=torch.float32),
                )
            new_obs, rewards, dones, _ = env.step(actions.numpy())
            self.num_timesteps += env.num_envs
            callback.update_locals(locals())
            if not callback.on_step():
                return False
            rollout_buffer.add(
                self._last_obs,
                actions.numpy().reshape(-1, 1),
                rewards,
                self._last_episode_starts,
                values,
                log_probs,
                lstm_states=before,
            )
            self._last_obs, self._last_episode_starts = new_obs, dones
            self.seen.append((dones, carried(self), self.reset_for_done_envs(dones), carried(self)))
        rollout_buffer.compute_returns_and_advantage(last_values=values.flatten(), dones=dones)
        callback.on_rollout_end()
        return True


def test_the_mixin_resets_finished_environments_in_a_loop_of_its_own() -> None:
    model = trained(algorithm=OwnLoop, rollouts=2)
    assert any(dones.any() for dones, *_ in model.seen)
    for dones, before, report, after in model.seen:
        assert report.envs == tuple(np.flatnonzero(dones))
        for was, now in zip(before, after, strict=True):
            for env in range(N_ENVS):
                assert torch.equal(now[:, env], torch.zeros_like(was[:, env]) if dones[env] else was[:, env])


def test_the_mixin_has_the_reset_itself() -> None:
    model = trained(algorithm=OwnLoop)
    assert model.reset_lstm_states_to_initial(envs=[1]).envs == (1,)
    assert not any(part[:, 1].any() for part in carried(model))
    assert any(part[:, 0].any() for part in carried(model))
    assert model.reset_lstm_states_to_initial()
    assert not any(part.any() for part in carried(model))


def test_in_a_step_of_a_loop_of_ones_own_it_is_an_error_too() -> None:
    doing = Doing("_on_step", lambda model: model.reset_lstm_states_to_initial())
    trained(algorithm=OwnLoop, callback=doing)
    assert isinstance(doing.seen[0], InsideRolloutError)


@pytest.mark.parametrize(
    "dones", [[True, False], np.array([1, 0, 1, 0]), [False] * 4], ids=["bools", "numbers", "none"]
)
def test_dones_are_one_for_each_environment(dones: Any) -> None:
    model = trained(algorithm=OwnLoop)
    with pytest.raises(IndexError, match="3 of them"):
        model.reset_for_done_envs(dones)


def test_dones_may_be_floats_or_tensors() -> None:
    model = trained(algorithm=OwnLoop)
    assert model.reset_for_done_envs(np.array([1.0, 0.0, 0.0])).envs == (0,)
    assert model.reset_for_done_envs(torch.tensor([0, 1, 1])).envs == (1, 2)


def test_the_environments_are_what_they_say() -> None:
    """The tests above rest on it: every episode ends, at steps that differ."""
    env = Recall()
    env.reset(seed=0)
    lengths = []
    for _ in range(20):
        env.reset()
        steps = 1
        while not env.step(0)[2]:
            steps += 1
        lengths.append(steps)
    assert min(lengths) >= env.shortest
    assert len(set(lengths)) > 5
