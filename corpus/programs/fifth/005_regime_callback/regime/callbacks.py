import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback


class ForgetOnFlip(BaseCallback):
    """Memory of the old demand regime is worthless: start over for the envs that flipped."""

    model: RecurrentPPO

    def __init__(self, verbose: int = 0):
        super().__init__(verbose)
        self.flips = 0

    def _on_step(self) -> bool:
        flipped = np.array([info.get("flipped", False) for info in self.locals["infos"]])
        if flipped.any():
            idx = np.flatnonzero(flipped)
            self.flips += len(idx)
            for pair in self.model._last_lstm_states:
                for t in pair:
                    t[:, idx] = 0.0
            self.logger.record("regime/flips", self.flips)
        return True


class MeanPressure(BaseCallback):
    def _on_step(self) -> bool:
        self.logger.record_mean("pipeline/abs_pressure", float(np.abs(self.locals["new_obs"]).mean()))
        return True
