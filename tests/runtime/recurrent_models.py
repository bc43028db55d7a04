"""Small recurrent agents that really train: environments with a memory in them, and RecurrentPPO in its variants."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import torch
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from sb3_contrib.ppo_recurrent import MlpLstmPolicy
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv

N_ENVS, N_STEPS, HIDDEN = 3, 24, 8


class Recall(gym.Env[Any, int]):
    """Name the sign that was shown `lag` steps ago; the length of an episode is drawn when it begins."""

    def __init__(self, kind: str = "box", shortest: int = 9, longest: int = 60) -> None:
        self.kind, self.shortest, self.longest = kind, shortest, longest
        self.action_space = spaces.Discrete(2)
        self.observation_space = {
            "box": spaces.Box(-5.0, 5.0, (2,), np.float32),
            "dict": spaces.Dict({"sign": spaces.Box(-5.0, 5.0, (2,), np.float32), "phase": spaces.Discrete(3)}),
            "image": spaces.Box(0, 255, (36, 36, 1), np.uint8),
        }[kind]

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self._left = int(self.np_random.integers(self.shortest, self.longest))
        self._signs = [0.0, 0.0]
        return self._observe(), {}

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        reward = float((self._signs[-2] > 0) == bool(action))
        self._left -= 1
        return self._observe(), reward, self._left <= 0, False, {}

    def _observe(self) -> Any:
        self._signs.append(float(self.np_random.choice([-1.0, 1.0])))
        seen = np.array([self._signs[-1], float(self.np_random.normal())], dtype=np.float32)
        if self.kind == "dict":
            return {"sign": seen, "phase": len(self._signs) % 3}
        if self.kind == "image":
            return np.full((36, 36, 1), 127 + 100 * seen[0], dtype=np.uint8)
        return seen


def environments(kind: str = "box", n_envs: int = N_ENVS, **settings: Any) -> VecEnv:
    return DummyVecEnv([lambda: Recall(kind, **settings) for _ in range(n_envs)])


def agent(
    kind: str = "box",
    *,
    env: VecEnv | None = None,
    algorithm: type[RecurrentPPO] = RecurrentPPO,
    policy: Any = None,
    seed: int = 0,
    n_steps: int = N_STEPS,
    **policy_kwargs: Any,
) -> RecurrentPPO:
    names = {"box": "MlpLstmPolicy", "dict": "MultiInputLstmPolicy", "image": "CnnLstmPolicy"}
    return algorithm(
        policy or names[kind],
        env if env is not None else environments(kind),
        n_steps=n_steps,
        batch_size=24,
        n_epochs=1,
        learning_rate=3e-3,
        policy_kwargs={"lstm_hidden_size": HIDDEN, "net_arch": [8]} | policy_kwargs,
        seed=seed,
        device="cpu",
    )


def trained(kind: str = "box", *, rollouts: int = 1, callback: Any = None, **settings: Any) -> RecurrentPPO:
    return train(agent(kind, **settings), rollouts, callback)


def train(model: RecurrentPPO, rollouts: int = 1, callback: Any = None) -> RecurrentPPO:
    """Go on training where the last call stopped, in the running episodes."""
    return model.learn(rollouts * model.n_steps * model.n_envs, callback=callback, reset_num_timesteps=False)


def carried(model: RecurrentPPO) -> list[torch.Tensor]:
    """Copies of the four state tensors, each (layers, envs, hidden)."""
    return [part.clone() for pair in model._last_lstm_states for part in pair]


class LearnedStartPolicy(MlpLstmPolicy):
    """An LSTM policy that says what its memory is before the first observation: not zeros."""

    @property
    def recurrent_initial_state(self) -> RNNStates:
        shape = self.lstm_hidden_state_shape
        return RNNStates((torch.full(shape, 0.5), torch.full(shape, -0.5)), (torch.ones(shape), -torch.ones(shape)))


class Doing(BaseCallback):
    """Calls a function at one moment of the training loop and keeps what it returned or raised, call by call."""

    def __init__(self, moment: str, action: Any, at: int = 1) -> None:
        super().__init__()
        self.moment, self.action, self.at = moment, action, at
        self.seen: list[Any] = []
        self._calls = 0

    def _now(self, moment: str) -> None:
        if moment != self.moment:
            return
        self._calls += 1
        if self._calls == self.at:
            try:
                self.seen.append(self.action(self.model))
            except Exception as error:
                self.seen.append(error)

    def _on_training_start(self) -> None:
        self._now("_on_training_start")

    def _on_rollout_start(self) -> None:
        self._now("_on_rollout_start")

    def _on_step(self) -> bool:
        self._now("_on_step")
        return True

    def _on_rollout_end(self) -> None:
        self._now("_on_rollout_end")

    def _on_training_end(self) -> None:
        self._now("_on_training_end")


class LstmInputs:
    """What the actor's LSTM is given while nothing is differentiated: the memory that acts, after any masking."""

    def __init__(self, model: RecurrentPPO) -> None:
        self.hidden: list[torch.Tensor] = []
        self._handle = model.policy.lstm_actor.register_forward_pre_hook(self._note)

    def _note(self, module: Any, inputs: tuple[Any, ...]) -> None:
        if not torch.is_grad_enabled():
            self.hidden.append(inputs[1][0].clone())

    def __enter__(self) -> LstmInputs:
        return self

    def __exit__(self, *exc: object) -> None:
        self._handle.remove()
