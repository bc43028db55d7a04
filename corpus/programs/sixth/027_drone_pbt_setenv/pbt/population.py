from __future__ import annotations

import copy
import logging
from typing import Any, Dict, List

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.evaluation import evaluate_policy

from .worlds import build_world

log = logging.getLogger("pbt")


class Pilot:
    def __init__(self, name: str, gust: float, n_envs: int, seed: int):
        self.name, self.gust, self.n_envs, self.seed = name, gust, n_envs, seed
        self.brain = RecurrentPPO("MlpLstmPolicy", build_world(gust, n_envs, seed), n_steps=200,
                                  batch_size=200, seed=seed, learning_rate=3e-4)
        self.record: List[float] = []

    def fly(self, steps: int) -> None:
        self.brain.learn(steps, reset_num_timesteps=False, tb_log_name=self.name)

    def exam(self, episodes: int = 5) -> float:
        mean, _ = evaluate_policy(self.brain, build_world(1.0, 1, 9_999), n_eval_episodes=episodes)
        self.record.append(mean)
        return mean

    def dna(self) -> Dict[str, Any]:
        return copy.deepcopy(self.brain.get_parameters())

    def reborn(self, dna: Dict[str, Any], gust: float) -> None:
        """New weights and a new wind level, so the pilot takes off again."""
        self.brain.set_parameters(dna, exact_match=True)
        self.gust = gust
        self.seed += 1000
        old = self.brain.get_env()
        self.brain.set_env(build_world(gust, self.n_envs, self.seed))
        old.close()


class Squadron:
    def __init__(self, size: int, n_envs: int = 8, rng: int = 0):
        self.rng = np.random.default_rng(rng)
        self.pilots = [Pilot(f"p{i}", float(self.rng.uniform(0.2, 1.5)), n_envs, i) for i in range(size)]

    def season(self, steps: int) -> Pilot:
        for p in self.pilots:
            p.fly(steps)
        ranked = sorted(self.pilots, key=Pilot.exam)
        k = max(1, len(ranked) // 5)
        worst, best = ranked[:k], ranked[-k:]
        for w in worst:
            b = best[int(self.rng.integers(k))]
            w.reborn(b.dna(), gust=float(np.clip(b.gust * self.rng.choice([0.8, 1.2]), 0.1, 3.0)))
            log.info("%s <- %s (gust %.2f)", w.name, b.name, w.gust)
        return ranked[-1]
