from __future__ import annotations

from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import VecEnv


class GhostEvaluation(BaseCallback):
    """Evaluates a mirror of the model now and then, also in the middle of a rollout.

    The mirror is a model of its own, so that noise settings and devices may differ from training.
    """

    def __init__(self, ghost: RecurrentPPO, envs: VecEnv, every: int, episodes: int, out: Path, verbose: int = 1):
        super().__init__(verbose)
        self.ghost, self.envs = ghost, envs
        self.every, self.episodes = every, episodes
        self.out = out
        self.next_at = every
        self.best = -np.inf

    def _rate(self) -> tuple[float, float]:
        obs = self.envs.reset()
        states = None
        starts = np.ones((self.envs.num_envs,), dtype=bool)
        running = np.zeros(self.envs.num_envs)
        returns: list[float] = []
        found: list[bool] = []
        while len(returns) < self.episodes:
            actions, states = self.ghost.predict(obs, state=states, episode_start=starts, deterministic=True)
            obs, rewards, dones, infos = self.envs.step(actions)
            starts = dones
            running += rewards
            for i in np.flatnonzero(dones):
                returns.append(float(running[i]))
                found.append(bool(infos[i]["found"]))
                running[i] = 0.0
        return float(np.mean(returns)), float(np.mean(found))

    def _on_step(self) -> bool:
        if self.num_timesteps < self.next_at:
            return True
        self.next_at += self.every
        self.ghost.set_parameters(self.model.get_parameters(), device=self.ghost.device)
        mean, rate = self._rate()
        self.logger.record("ghost/return", mean)
        self.logger.record("ghost/found", rate)
        if mean > self.best:
            self.best = mean
            self.ghost.save(self.out / "best")
            if self.verbose:
                print(f"{self.num_timesteps}: {mean:.2f} ({100 * rate:.0f}% found)")
        return True
