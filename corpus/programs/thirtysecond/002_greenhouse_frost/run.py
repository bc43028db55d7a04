import os
from typing import List, Optional

import numpy as np
import torch
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from lettuce import LettuceTunnel

OUT = "tunnel_runs"


class FrostRollback(BaseCallback):
    def __init__(self, patience: int = 15):
        super().__init__()
        self.patience = patience
        self.nights: List[float] = []
        self.best = -float("inf")
        self.bad = 0
        self.pending: Optional[str] = None

    def _on_step(self) -> bool:
        self.nights += [i["episode"]["r"] for i in self.locals["infos"] if "episode" in i]
        return True

    def _on_rollout_end(self) -> None:
        if len(self.nights) < 20:
            return
        mean = float(np.mean(self.nights))
        self.nights = []
        path = os.path.join(OUT, "best.zip")
        if mean >= self.best:
            self.best, self.bad = mean, 0
            self.model.save(path)
        else:
            self.bad += 1
            if self.bad >= self.patience:
                self.pending, self.bad = path, 0

    def _on_rollout_start(self) -> None:
        if self.pending is None:
            return
        self.model.set_parameters(self.pending, device=self.model.device)
        self.pending = None
        with torch.no_grad():
            for group in self.model._last_lstm_states:
                for part in group:
                    part.zero_()


def main():
    os.makedirs(OUT, exist_ok=True)
    venv = make_vec_env(LettuceTunnel, n_envs=6)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=96, batch_size=192, ent_coef=0.01, verbose=1)
    model.learn(
        600_000,
        callback=CallbackList([FrostRollback(), CheckpointCallback(save_freq=20_000, save_path=OUT)]),
    )

    best = RecurrentPPO.load(os.path.join(OUT, "best.zip"), env=venv)
    obs = venv.reset()
    lstm, starts = None, np.ones((venv.num_envs,), dtype=bool)
    earned = np.zeros(venv.num_envs)
    for _ in range(LettuceTunnel.HOURS * 12):
        act, lstm = best.predict(obs, state=lstm, episode_start=starts, deterministic=True)
        obs, rew, starts, _ = venv.step(act)
        earned += rew
    print("mean of a night", earned.mean())


if __name__ == "__main__":
    main()
