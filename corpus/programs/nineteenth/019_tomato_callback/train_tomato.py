import pathlib
from collections import deque

import click
import numpy as np
import torch
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

from tomato_env import TomatoHouse


class SafetyNet(BaseCallback):
    """Goes back to the best weights so far when the weekly yields are much lower than they were."""

    def __init__(self, folder: pathlib.Path, check_freq: int, loss: float = 0.35):
        super().__init__(verbose=1)
        self.best_file = folder / "best_tomato.zip"
        self.check_freq = check_freq
        self.loss = loss
        self.best_yield = -np.inf
        self.weeks = deque(maxlen=24)
        self.reverts = 0

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self.weeks.append(info["episode"]["r"])
        if self.n_calls % self.check_freq == 0 and len(self.weeks) == self.weeks.maxlen:
            now = float(np.mean(self.weeks))
            if now > self.best_yield:
                self.best_yield = now
                self.model.save(self.best_file)
            elif now < self.best_yield - self.loss * abs(self.best_yield):
                self.revert(now)
        return True

    def revert(self, now: float) -> None:
        self.reverts += 1
        if self.verbose:
            print(f"step {self.num_timesteps}: yield {now:.2f}, was {self.best_yield:.2f}. Reverting.")
        self.model.set_parameters(str(self.best_file))
        states = self.model._last_lstm_states
        zeros = [tuple(torch.zeros_like(s) for s in pair) for pair in (states.pi, states.vf)]
        self.model._last_lstm_states = RNNStates(*zeros)
        self.weeks.clear()

    def _on_training_end(self) -> None:
        self.logger.record("safety/reverts", self.reverts)


@click.command()
@click.option("--steps", default=4_000_000)
@click.option("--houses", default=6)
@click.option("--out", default="runs/tomato", type=click.Path(path_type=pathlib.Path))
def main(steps: int, houses: int, out: pathlib.Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    venv = DummyVecEnv([lambda c=c: Monitor(TomatoHouse(cold=c)) for c in np.linspace(0, 8, houses)])
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=252, batch_size=252, gamma=0.997, learning_rate=2e-4, verbose=1)
    model.learn(steps, callback=SafetyNet(out, check_freq=500))
    model.save(out / "last_tomato.zip")


if __name__ == "__main__":
    main()
