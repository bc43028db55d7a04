from pathlib import Path

import torch as th
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback, EvalCallback


class ReturnToBest(BaseCallback):
    """If `patience` evaluations bring nothing new, continue from the best model."""

    def __init__(self, evaluation: EvalCallback, folder: Path, patience: int = 8):
        super().__init__(verbose=1)
        self.evaluation = evaluation
        self.best_file = Path(folder) / "best_model.zip"
        self.patience = patience
        self.seen_best = float("-inf")
        self.waited = 0
        self.due = False

    def _on_step(self) -> bool:
        ev = self.evaluation
        if ev.n_calls % ev.eval_freq == 0:
            if ev.best_mean_reward > self.seen_best:
                self.seen_best, self.waited = ev.best_mean_reward, 0
            else:
                self.waited += 1
            if self.waited >= self.patience:
                self.due, self.waited = True, 0
        return True

    def _on_rollout_start(self) -> None:
        if not (self.due and self.best_file.exists()):
            return
        self.due = False
        model = self.model
        model.set_parameters(str(self.best_file), device=model.device)
        old = model._last_lstm_states
        model._last_lstm_states = RNNStates(
            tuple(th.zeros_like(x) for x in old.pi),
            tuple(th.zeros_like(x) for x in old.vf),
        )
        if self.verbose:
            print(f"{self.num_timesteps}: nothing better than {self.seen_best:.2f}, continuing from there")
