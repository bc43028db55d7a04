"""The three behaviours that this is all for, on real training: what an exploit does to the state and to the values.

A hidden regime decides the reward and shows itself only through noise, so a good value needs a memory. What is seen
does not depend on what is done: runs with one seed see the same, whatever weights act. So the oracle for weights that
are swapped in is a run in which they acted from the beginning.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

from gymnasium import spaces
from lstm_runtime import ExploitReport, ObservationHistory, apply_exploit
from recurrent_models import N_ENVS, LearnedStartPolicy, agent, carried, train, trained
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv

ENVS, STEPS, GAMMA = 48, 64, 0.9
FIRST = 16  # steps after the swap that are looked at
Array = np.ndarray[Any, Any]


class Regime(gym.Env[Any, int]):
    """Reward 1 or -1 by a regime that switches now and then; never ends."""

    observation_space = spaces.Box(-10.0, 10.0, (1,), np.float32)
    action_space = spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self._regime = float(self.np_random.choice([-1.0, 1.0]))
        return self._observe(), {}

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        reward = self._regime
        if self.np_random.random() < 1 / 50:
            self._regime = -self._regime
        return self._observe(), reward, False, False, {}

    def _observe(self) -> Any:
        return np.array([self._regime + 1.5 * self.np_random.normal()], dtype=np.float32)


def regime_agent(seed: int, n_envs: int, rate: float) -> RecurrentPPO:
    return RecurrentPPO(
        "MlpLstmPolicy",
        DummyVecEnv([Regime] * n_envs),
        n_steps=STEPS,
        batch_size=n_envs * STEPS // 4 if rate else n_envs * STEPS,
        n_epochs=4 if rate else 1,
        learning_rate=rate,
        gamma=GAMMA,
        policy_kwargs={"lstm_hidden_size": 16, "net_arch": []},
        seed=seed,
        device="cpu",
    )


@dataclass(frozen=True)
class Run:
    """Values and what they should have been, for the first steps after the swap, (steps, envs)."""

    values: Array
    returns: Array
    report: ExploitReport | None = None

    @property
    def value_loss(self) -> float:
        return float(((self.values - self.returns) ** 2).mean())


def run(weights: Any, swapped_in: Any = None, remedy: Any = "keep") -> Run:
    """Act for a rollout with `weights`, then for another with those swapped in; nothing is learned."""
    model = regime_agent(5, ENVS, rate=0.0)
    model.policy.load_state_dict(weights)
    train(model, 1, history := ObservationHistory())
    report = None
    if swapped_in is not None:
        report = apply_exploit(model, swapped_in, remedy=remedy, history=history, steps=32, start="zero")
    seen: dict[str, Array] = {}
    original = model.train
    model.train = lambda: seen.update(  # type: ignore[method-assign]
        values=model.rollout_buffer.values.copy(), rewards=model.rollout_buffer.rewards.copy()
    )
    train(model, 1, history)
    model.train = original  # type: ignore[method-assign]
    returns = np.zeros_like(seen["rewards"])
    following = np.zeros(ENVS)
    for step in reversed(range(STEPS)):
        following = returns[step] = seen["rewards"][step] + GAMMA * following
    return Run(seen["values"][:FIRST], returns[:FIRST], report)


@pytest.fixture(scope="module")
def strangers() -> list[dict[str, torch.Tensor]]:
    """The weights of two agents that learned the same thing, each by itself."""
    learned = []
    for seed in (1, 2):
        model = regime_agent(seed, 16, rate=5e-3)
        train(model, 12)
        learned.append(copy.deepcopy(model.policy.state_dict()))
    return learned


@pytest.fixture(scope="module")
def runs(strangers: Any) -> dict[str, Run]:
    old, new = strangers
    swaps = {remedy: run(old, new, remedy) for remedy in ("keep", "reset", "rewarm")}
    return {"oracle": run(new)} | swaps


def test_the_agents_have_learned_to_need_their_memory(runs: dict[str, Run]) -> None:
    """What the two tests below rest on."""
    oracle = runs["oracle"]
    assert all(np.array_equal(oracle.returns, run.returns) for run in runs.values())
    assert oracle.value_loss < 0.6 * oracle.returns.var()


def error(runs: dict[str, Run], remedy: str) -> float:
    return float(((runs[remedy].values - runs["oracle"].values) ** 2).mean())


def test_prediction_error_after_the_swap_against_the_oracle(runs: dict[str, Run]) -> None:
    assert error(runs, "rewarm") < 0.1 * error(runs, "keep")


def test_value_loss_after_the_swap(runs: dict[str, Run]) -> None:
    assert runs["rewarm"].value_loss < runs["keep"].value_loss
    assert abs(runs["rewarm"].value_loss / runs["oracle"].value_loss - 1) < 0.1


@pytest.mark.parametrize("policy", [None, LearnedStartPolicy], ids=["zeros", "learned"])
@pytest.mark.parametrize("full", [False, True], ids=["v1", "v2"])
def test_states_before_and_after_an_exploit_in_every_env(policy: Any, full: bool) -> None:
    donor = trained(seed=3, policy=policy)
    model = trained(policy=policy, rollouts=2)
    initial = (
        carried(agent(policy=policy))
        if policy is None
        else [part.expand(1, N_ENVS, -1) for pair in model.policy.recurrent_initial_state for part in pair]
    )
    before = carried(model)
    parameters = {"policy": donor.policy.state_dict(), "optimizer": donor.policy.optimizer.state_dict()}
    apply_exploit(model, parameters if full else parameters["policy"], remedy="reset")
    after = carried(model)
    for env in range(N_ENVS):
        for was, now, fresh in zip(before, after, initial, strict=True):
            assert not torch.equal(was[:, env], fresh[:, env])
            assert torch.equal(now[:, env], fresh[:, env])
