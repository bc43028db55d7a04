from __future__ import annotations

from pathlib import Path
from typing import Any, Sequence

import torch as th
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CallbackList

from .best import KeepBest


class StagedRecurrentPPO(RecurrentPPO):
    """RecurrentPPO whose learning rate and entropy bonus go down in stages.

    Each stage but the first starts from the best policy of the stage before, not
    from its last one. Time steps and logs run on through all stages.
    """

    def __init__(self, *args: Any, stage_dir: str = "stages", **kwargs: Any):
        self.stage_dir = Path(stage_dir)
        super().__init__(*args, **kwargs)

    def _best_file(self, stage: int) -> Path:
        return self.stage_dir / f"stage{stage}_best.pth"

    def learn_in_stages(
        self,
        stages: Sequence[tuple[int, float, float]],
        callback: BaseCallback | None = None,
    ) -> "StagedRecurrentPPO":
        self.stage_dir.mkdir(parents=True, exist_ok=True)
        for i, (steps, lr, ent) in enumerate(stages):
            if i > 0 and self._best_file(i - 1).exists():
                weights = th.load(self._best_file(i - 1), map_location=self.device)
                self.policy.load_state_dict(weights)
            self._set_rates(lr, ent)
            keep = KeepBest(self._best_file(i))
            callbacks = CallbackList([keep] if callback is None else [keep, callback])
            self.learn(steps, callback=callbacks, reset_num_timesteps=(i == 0), tb_log_name="staged")
            self.logger.info(f"stage {i}: best mean return {keep.best:.2f}")
        return self

    def _set_rates(self, lr: float, ent: float) -> None:
        self.ent_coef = ent
        self.learning_rate = lr
        self._setup_lr_schedule()
        for group in self.policy.optimizer.param_groups:
            group["lr"] = lr

    def _excluded_save_params(self) -> list[str]:
        return super()._excluded_save_params() + ["stage_dir"]
