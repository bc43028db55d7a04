from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from .env import Loom


def new_learner(seed: int, lr: float) -> RecurrentPPO:
    return RecurrentPPO(
        "MlpLstmPolicy",
        make_vec_env(Loom, n_envs=4, seed=seed),
        learning_rate=lr,
        n_steps=128,
        batch_size=128,
        seed=seed,
        policy_kwargs=dict(lstm_hidden_size=48),
    )


def recent_return(model: RecurrentPPO) -> float:
    if not model.ep_info_buffer:
        return -np.inf
    return float(np.mean([e["r"] for e in model.ep_info_buffer]))


class Swarm:
    def __init__(self, folder: Path, lrs: list[float]) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.models: list[RecurrentPPO] = [new_learner(i, lr) for i, lr in enumerate(lrs)]

    def train(self, steps: int) -> list[float]:
        for model in self.models:
            model.learn(steps, reset_num_timesteps=False)
        return [recent_return(m) for m in self.models]

    def follow_leader(self, scores: list[float]) -> None:
        leader, last = int(np.argmax(scores)), int(np.argmin(scores))
        if leader == last:
            return
        path = self.folder / "leader.zip"
        self.models[leader].save(path)
        model = self.models[last]
        model.set_parameters(str(path), device=model.device)
        if hasattr(model, "lstm_states"):
            model.lstm_states = None
        (self.folder / "moves.jsonl").open("a").write(json.dumps({"from": leader, "to": last}) + "\n")
