from collections import deque
from pathlib import Path
from statistics import fmean
from typing import Optional

import tyro
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from regatta import UpwindLeg


class Anchor(BaseCallback):
    """Holds on to the best point of training by the running mean of finished legs.

    When the mean slips by more than `slip`, the next rollout begins with the parameters of that point.
    """

    def __init__(self, where: Path, window: int = 60, slip: float = 6.0, rest: int = 10):
        super().__init__()
        self.where = where
        self.legs = deque(maxlen=window)
        self.slip = slip
        self.rest = rest
        self.high: Optional[float] = None
        self.wait = 0
        self.drag = False

    def _on_training_start(self) -> None:
        self.where.mkdir(parents=True, exist_ok=True)

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self.legs.append(info["episode"]["r"])
        return True

    def _on_rollout_end(self) -> None:
        if len(self.legs) < self.legs.maxlen:
            return
        mean = fmean(self.legs)
        self.logger.record("anchor/mean", mean)
        if self.high is None or mean > self.high:
            self.high = mean
            self.model.save(self.where / "anchor.zip")
        elif self.wait > 0:
            self.wait -= 1
        elif mean < self.high - self.slip:
            self.drag = True

    def _on_rollout_start(self) -> None:
        if not self.drag:
            return
        self.drag = False
        self.wait = self.rest
        self.legs.clear()
        self.model.set_parameters(str(self.where / "anchor.zip"))
        last = self.model._last_lstm_states
        for part in (*last.pi, *last.vf):
            part.zero_()
        self.logger.record("anchor/dragged_at", self.num_timesteps)


def main(steps: int = 4_000_000, boats: int = 16, out: Path = Path("runs/helm"), seed: int = 1) -> None:
    fleet = make_vec_env(UpwindLeg, n_envs=boats, seed=seed)
    model = RecurrentPPO("MlpLstmPolicy", fleet, n_steps=128, batch_size=256, ent_coef=0.005, gamma=0.99, seed=seed,
                         policy_kwargs={"lstm_hidden_size": 64}, tensorboard_log=str(out / "tb"))
    model.learn(steps, callback=Anchor(out))
    model.save(out / "final")


if __name__ == "__main__":
    tyro.cli(main)
