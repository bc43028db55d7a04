"""RecurrentPPO on the highway-env intersection, with a rollback to the best checkpoint."""
import logging
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import gymnasium as gym
import highway_env  # noqa: F401
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv

log = logging.getLogger("train")


@dataclass
class Settings:
    n_envs: int = 8
    total_timesteps: int = 4_000_000
    n_steps: int = 512
    learning_rate: float = 2.5e-4
    check_freq: int = 3_000
    max_drop: float = 2.0
    out: Path = Path("intersection")


def make_env(rank: int):
    def _init():
        env = gym.make("intersection-v1", config={
            "observation": {"type": "Kinematics", "vehicles_count": 6, "features": ["presence", "x", "y"]},
            "duration": 20,
        })
        env = gym.wrappers.FlattenObservation(env)
        env.reset(seed=rank)
        return Monitor(env)
    return _init


class RollbackCallback(BaseCallback):
    def __init__(self, settings: Settings, window: int = 100):
        super().__init__(verbose=1)
        self.settings = settings
        self.returns = deque(maxlen=window)
        self.best = -np.inf
        self.best_path = settings.out / "best.zip"

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self.returns.append(info["episode"]["r"])
        if self.n_calls % self.settings.check_freq == 0 and len(self.returns) == self.returns.maxlen:
            self._check(float(np.mean(self.returns)))
        return True

    def _check(self, mean: float) -> None:
        self.logger.record("rollback/mean", mean)
        if mean > self.best:
            self.best = mean
            self.model.save(self.best_path)
            log.info("new best %.2f at %d", mean, self.num_timesteps)
        elif mean < self.best - self.settings.max_drop:
            log.warning("mean %.2f, best was %.2f, rolling back", mean, self.best)
            self._rollback()

    def _rollback(self) -> None:
        self.model.set_parameters(str(self.best_path), device=self.model.device)
        self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
        self.returns.clear()


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    s = Settings()
    s.out.mkdir(exist_ok=True)
    venv = SubprocVecEnv([make_env(i) for i in range(s.n_envs)])
    model = RecurrentPPO(
        "MlpLstmPolicy", venv,
        n_steps=s.n_steps, batch_size=512, learning_rate=s.learning_rate, gamma=0.98,
        policy_kwargs={"lstm_hidden_size": 128, "n_lstm_layers": 1},
        tensorboard_log=str(s.out / "tb"), seed=0, verbose=1,
    )
    try:
        model.learn(s.total_timesteps, callback=RollbackCallback(s), progress_bar=True)
    finally:
        model.save(s.out / "last.zip")
        venv.close()


if __name__ == "__main__":
    main()
