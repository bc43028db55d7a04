from __future__ import annotations

import torch

from trainer import Trainer, TrainerConfig


class KeepBest:
    def __init__(self, tolerance: float, smooth: float = 0.95) -> None:
        self.tolerance, self.smooth = tolerance, smooth
        self.average: float | None = None
        self.best_score = float("-inf")
        self.best: dict[str, torch.Tensor] = {}

    def after_iteration(self, trainer: Trainer, mean_reward: float) -> None:
        if self.average is None:
            self.average = mean_reward
        self.average = self.smooth * self.average + (1 - self.smooth) * mean_reward
        if self.average > self.best_score:
            self.best_score = self.average
            self.best = {k: v.detach().clone() for k, v in trainer.policy.state_dict().items()}
        elif self.best and self.average < self.best_score - self.tolerance:
            trainer.policy.load_state_dict(self.best)
            trainer.memory = trainer.policy.initial_memory(trainer.cfg.envs)
            self.average = self.best_score


class Progress:
    def after_iteration(self, trainer: Trainer, mean_reward: float) -> None:
        if trainer.iteration % 100 == 0:
            print(f"{trainer.iteration:5d}  reward {mean_reward:.3f}")


if __name__ == "__main__":
    config = TrainerConfig()
    Trainer(config, [KeepBest(config.drop_tolerance), Progress()]).run()
