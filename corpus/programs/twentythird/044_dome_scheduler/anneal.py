"""RecurrentPPO with return-to-best, for the dome queue."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, CheckpointCallback
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from dome_env import DomeQueue


class ReturnToBest(BaseCallback):
    def __init__(self, folder: Path, slack: float = 1.5, patience: int = 10) -> None:
        super().__init__()
        self.file = folder / "best_params.zip"
        self.slack, self.patience = slack, patience
        self.best = -np.inf
        self.bad = 0

    def _on_rollout_start(self) -> None:
        infos = self.model.ep_info_buffer
        if not infos:
            return
        score = float(np.mean([e["r"] for e in infos]))
        if score > self.best:
            self.best, self.bad = score, 0
            self.model.save(self.file)
            return
        self.bad = self.bad + 1 if score < self.best - self.slack else 0
        if self.bad >= self.patience:
            self.bad = 0
            self.model.set_parameters(str(self.file), device=self.model.device)
            self._blank_memory()
            self.logger.record("return_to_best/from", score)

    def _blank_memory(self) -> None:
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            tuple(th.zeros_like(s) for s in old.pi),
            tuple(th.zeros_like(s) for s in old.vf),
        )
        self.model._last_episode_starts = np.ones((self.model.n_envs,), dtype=bool)

    def _on_step(self) -> bool:
        return True


def build(folder: Path) -> RecurrentPPO:
    venv = VecMonitor(DummyVecEnv([DomeQueue for _ in range(12)]))
    return RecurrentPPO(
        "MlpLstmPolicy", venv, n_steps=180, batch_size=270, n_epochs=8, gamma=0.995,
        policy_kwargs={"lstm_hidden_size": 64, "n_lstm_layers": 1},
        tensorboard_log=str(folder / "tb"), verbose=1,
    )


def report(model: RecurrentPPO, nights: int = 25) -> None:
    env = DomeQueue()
    totals = []
    for night in range(nights):
        obs, _ = env.reset(seed=night)
        states, start, over, total = None, np.ones((1,), dtype=bool), False, 0.0
        while not over:
            act, states = model.predict(obs, state=states, episode_start=start, deterministic=True)
            obs, r, term, trunc, _ = env.step(int(act))
            over = term or trunc
            start = np.array([over])
            total += r
        totals.append(total)
    print(f"{np.mean(totals):.2f} +- {np.std(totals):.2f} over {nights} nights")


if __name__ == "__main__":
    out = Path("dome_runs")
    out.mkdir(exist_ok=True)
    agent = build(out)
    agent.learn(
        2_000_000,
        callback=CallbackList([CheckpointCallback(50_000, str(out)), ReturnToBest(out)]),
    )
    report(agent)
