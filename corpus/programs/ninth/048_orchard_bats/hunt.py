from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv

from bat_env import BatEnv


@dataclass
class Hunter:
    """A trained bat together with what it remembers of the night."""

    model: RecurrentPPO
    venv: VecEnv
    memory: tuple[np.ndarray, ...] | None = None
    first: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.obs = self.venv.reset()
        self.first = np.ones(self.venv.num_envs, dtype=bool)

    def fly(self) -> tuple[np.ndarray, list[dict]]:
        acts, self.memory = self.model.predict(
            self.obs, state=self.memory, episode_start=self.first, deterministic=True
        )
        self.obs, _, self.first, infos = self.venv.step(acts)
        return self.first, infos


def train(path: str, steps: int) -> None:
    venv = DummyVecEnv([BatEnv for _ in range(8)])
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=200, batch_size=400, ent_coef=0.005, verbose=1)
    model.learn(steps, progress_bar=True)
    model.save(path)
    venv.close()


def tally(path: str, nights: int) -> np.ndarray:
    venv = DummyVecEnv([BatEnv for _ in range(5)])
    hunter = Hunter(RecurrentPPO.load(path), venv)
    caught: list[int] = []
    while len(caught) < nights:
        dones, infos = hunter.fly()
        caught += [info["caught"] for info, d in zip(infos, dones) if d]
    venv.close()
    return np.array(caught[:nights])


if __name__ == "__main__":
    import sys

    if sys.argv[1] == "train":
        train(sys.argv[2], int(sys.argv[3]))
    else:
        moths = tally(sys.argv[2], 100)
        print(f"moths per night: {moths.mean():.2f} (median {np.median(moths):.0f}, max {moths.max()})")
