"""An environment that cannot be played without memory, and agents trained on it.

A hidden regime, one of four, holds for 50 steps on average. Each observation is a faint sign of it: the one-hot vector
of the regime under noise of standard deviation 1. Naming the regime pays, and naming a later one pays more. There are
no terminations, so nothing ever masks a state that went stale.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import gymnasium as gym
import numpy as np
import torch
from numpy.typing import NDArray
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv

REGIMES = 4
SWITCH = 1 / 50
REWARDS = (0.2, 0.6, 1.0, 1.4)
GAMMA = 0.95
_BLOCK = 256

Weights = dict[str, torch.Tensor]


class NoisyRegime(gym.Env[NDArray[np.float32], np.int64]):
    """One stream of the game; what is observed does not depend on the actions.

    Observation: float32 of shape (4,). Action: the regime that is guessed. Reward: ``REWARDS[regime]`` if it is right,
    else 0. Chance is drawn in blocks, which is several times faster than step by step.
    """

    def __init__(self) -> None:
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (REGIMES,), np.float32)
        self.action_space = gym.spaces.Discrete(REGIMES)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        super().reset(seed=seed)
        self._draw(start=int(self.np_random.integers(REGIMES)))
        return self._signs[0], {}

    def step(self, action: np.int64) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        regime = self._regimes[self._at]
        reward = REWARDS[regime] if action == regime else 0.0
        self._at += 1
        if self._at == _BLOCK:
            self._draw(start=regime)
        return self._signs[self._at], reward, False, False, {}

    def _draw(self, start: int) -> None:
        """The regimes and signs of the next block of steps; ``start`` is the regime it goes on from."""
        switches = self.np_random.random(_BLOCK) < SWITCH
        moves = np.where(switches, self.np_random.integers(1, REGIMES, _BLOCK), 0)
        regimes = (start + np.cumsum(moves)) % REGIMES
        noise = self.np_random.standard_normal((_BLOCK, REGIMES), dtype=np.float32)
        self._signs = np.eye(REGIMES, dtype=np.float32)[regimes] + noise
        self._regimes: list[int] = regimes.tolist()
        self._at = 0


def streams(count: int, seed: int) -> DummyVecEnv:
    """``count`` independent streams; the same seed gives the same streams."""
    envs = DummyVecEnv([NoisyRegime] * count)
    envs.seed(seed)
    return envs


def agent(envs: DummyVecEnv, seed: int, n_steps: int = 64, n_epochs: int = 5) -> RecurrentPPO:
    """An agent that has learnt nothing yet: separate LSTMs of 32 cells for actor and critic."""
    return RecurrentPPO(
        "MlpLstmPolicy",
        envs,
        n_steps=n_steps,
        batch_size=512,
        n_epochs=n_epochs,
        learning_rate=3e-3,
        gamma=GAMMA,
        gae_lambda=0.9,
        ent_coef=0.0,
        policy_kwargs={"lstm_hidden_size": 32, "net_arch": []},
        seed=seed,
        device="cpu",
    )


def weights(model: RecurrentPPO) -> Weights:
    """A copy of the policy's weights; ``state_dict()`` alone would follow the training."""
    return deepcopy(model.policy.state_dict())


def trained(seed: int, updates: int, ancestor: int) -> tuple[Weights, Weights]:
    """The weights after ``updates`` updates of 2,048 steps, and those ``ancestor`` updates earlier."""
    model = agent(streams(32, seed), seed)
    update = model.n_steps * model.n_envs
    model.learn((updates - ancestor) * update)
    earlier = weights(model)
    model.learn(ancestor * update, reset_num_timesteps=False)
    return weights(model), earlier
