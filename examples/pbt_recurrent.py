"""Population-based training of four recurrent agents on one machine, with every figure in TensorBoard.

    pip install 'lstm-runtime[tensorboard]'
    python examples/pbt_recurrent.py
    tensorboard --logdir runs/pbt_recurrent

The agents learn a game that takes a memory. After each round the worst takes over weights and optimizer of the best,
with another learning rate: an exploit. Its environments are in mid-episode then, so the state that it carries, made by
weights that are gone, is re-warmed: the new weights see the last observations again. `--remedy reset` and `--remedy
keep` do something else about it.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import gymnasium as gym
import numpy as np
import torch
from lstm_runtime import ExploitCallback, guard
from numpy.typing import NDArray
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

Remedy = Literal["rewarm", "reset", "keep"]


class FaintSigns(gym.Env[NDArray[np.float32], np.int64]):
    """Guess which of four regimes holds; it lasts for 50 steps on average, and one sign of it says little.

    Observation: the regime's one-hot vector under noise of standard deviation 1, float32 of shape (4,). Action: the
    guess. Reward: 1 if it is right. An episode is 250 steps.
    """

    def __init__(self) -> None:
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (4,), np.float32)
        self.action_space = gym.spaces.Discrete(4)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[NDArray[np.float32], dict[str, Any]]:
        super().reset(seed=seed)
        self.regime, self.left = int(self.np_random.integers(4)), 250
        return self.sign(), {}

    def step(self, action: np.int64) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        reward = float(action == self.regime)
        if self.np_random.random() < 1 / 50:
            self.regime = int(self.np_random.integers(4))
        self.left -= 1
        return self.sign(), reward, False, self.left == 0, {}

    def sign(self) -> NDArray[np.float32]:
        sign = self.np_random.standard_normal(4, dtype=np.float32)
        sign[self.regime] += 1
        return sign


@dataclass
class Member:
    """An agent of the population and the callback that exploits go through."""

    name: str
    model: RecurrentPPO
    exploits: ExploitCallback
    learning_rate: float

    def train(self, steps: int) -> None:
        # With reset_num_timesteps=True, the default, every round would begin new episodes.
        first = self.model.num_timesteps == 0
        self.model.learn(steps, callback=self.exploits, tb_log_name=self.name, reset_num_timesteps=first)

    def score(self) -> float:
        """Share of right guesses in the last rollout, by weights that were not trained on it yet."""
        return float(self.model.rollout_buffer.rewards.mean())

    def take_over(self, best: Member) -> None:
        """Weights and optimizer of the best, before the next rollout, and a learning rate near its own."""
        # A request copies: `get_parameters()` are the live tensors, which training goes on changing.
        self.exploits.request(best.model.get_parameters())
        self.learning_rate = best.learning_rate * random.choice([0.8, 1.25])
        self.model.lr_schedule = lambda _: self.learning_rate


def member(number: int, seed: int, logs: Path, remedy: Remedy) -> Member:
    learning_rate = random.choice([3e-4, 1e-3, 3e-3])
    model = RecurrentPPO(
        "MlpLstmPolicy",
        make_vec_env(FaintSigns, n_envs=8, seed=1_000 * seed + 100 * number),
        n_steps=64,
        batch_size=256,
        n_epochs=4,
        learning_rate=learning_rate,
        gamma=0.9,
        gae_lambda=0.9,
        policy_kwargs={"lstm_hidden_size": 32, "net_arch": []},
        tensorboard_log=str(logs),
        seed=seed + number,
        device="cpu",
    )
    return Member(f"member_{number}", model, ExploitCallback(remedy=remedy), learning_rate)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exploits", type=int, default=20)
    parser.add_argument("--steps", type=int, default=1_024, help="steps of each agent between two exploits")
    parser.add_argument("--remedy", choices=("rewarm", "reset", "keep"), default="rewarm")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--logs", type=Path, default=Path("runs/pbt_recurrent"))
    options = parser.parse_args()
    random.seed(options.seed)
    torch.set_num_threads(1)

    population = [member(number, options.seed, options.logs, options.remedy) for number in range(4)]
    guards = [guard(one.model, on_stale="warn") for one in population]
    for number in range(options.exploits + 1):
        for one in population:
            one.train(options.steps)
        ranked = sorted(population, key=Member.score)
        print(f"{number:>3}  " + "  ".join(f"{one.name} {one.score():.2f}" for one in population), end="")
        if number < options.exploits:
            ranked[0].take_over(ranked[-1])
            print(f"   {ranked[0].name} <- {ranked[-1].name}", end="")
        print(flush=True)
    applied = sum(one.exploits.exploitation_count for one in population)
    stale = sum(one.report.stale_uses for one in guards)
    print(f"{applied} exploits applied, {stale} uses of a stale state; figures: tensorboard --logdir {options.logs}")


if __name__ == "__main__":
    main()
