from pathlib import Path
from typing import Callable

import gymnasium as gym
import matplotlib
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

OUT = Path("out")


class BreadOven(gym.Env):
    """The core temperature of the loaf is hidden, only air and crust are measured."""

    observation_space = gym.spaces.Box(-np.inf, np.inf, (3,), np.float32)
    action_space = gym.spaces.Discrete(4)

    def __init__(self, minutes: int = 60):
        self.minutes = minutes

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.air, self.crust, self.core, self.m = 180.0, 20.0, 20.0, 0
        self.mass = self.np_random.uniform(0.4, 1.2)
        return self._obs(), {}

    def _obs(self):
        return np.array([self.air, self.crust, self.m], np.float32)

    def step(self, action):
        if action == 3:
            good = -abs(self.core - 96) * 0.1 - max(0.0, self.crust - 190) * 0.05
            return self._obs(), 5.0 + good, True, False, {}
        self.air += (action - 1) * 8 + self.np_random.normal(0, 1)
        self.crust += 0.08 * (self.air - self.crust)
        self.core += 0.03 / self.mass * (min(self.crust, 100.0) - self.core)
        self.m += 1
        return self._obs(), -0.02, False, self.m >= self.minutes, {}


def fit(steps: int) -> None:
    venv = VecNormalize(make_vec_env(BreadOven, n_envs=8), norm_reward=False)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=128, batch_size=256, ent_coef=0.01)
    model.learn(steps, progress_bar=False)
    model.save(OUT / "oven")
    venv.save(str(OUT / "norm.pkl"))


def rollouts(count: int, on_finish: Callable[[float, int], None]) -> None:
    venv = VecNormalize.load(str(OUT / "norm.pkl"), make_vec_env(BreadOven, n_envs=5))
    venv.training = False
    agent = RecurrentPPO.load(OUT / "oven", device="cpu")
    memory = None
    starts = np.ones(venv.num_envs, dtype=bool)
    total = np.zeros(venv.num_envs)
    minutes = np.zeros(venv.num_envs, dtype=int)
    obs = venv.reset()
    finished = 0
    while finished < count:
        act, memory = agent.predict(obs, state=memory, episode_start=starts, deterministic=True)
        obs, rew, starts, _ = venv.step(act)
        total += rew
        minutes += 1
        for i in np.flatnonzero(starts):
            on_finish(float(total[i]), int(minutes[i]))
            total[i], minutes[i] = 0.0, 0
            finished += 1
    venv.close()


def report(count: int = 100) -> None:
    scores, times = [], []

    def collect(score: float, minutes: int) -> None:
        scores.append(score)
        times.append(minutes)

    rollouts(count, collect)
    fig, ax = plt.subplots(figsize=(5, 3))
    ax.scatter(times, scores, s=8)
    ax.set_xlabel("minutes")
    ax.set_ylabel("score")
    fig.tight_layout()
    fig.savefig(OUT / "oven.png")
    print(f"{np.mean(scores):.2f} after {np.mean(times):.1f} min")


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    if not (OUT / "oven.zip").exists():
        fit(600_000)
    report()
