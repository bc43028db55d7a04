"""Lap times of a trained driver on many tracks at once."""
from dataclasses import dataclass
from typing import Dict, List

import numpy as np
from stable_baselines3.common.vec_env import VecEnv


@dataclass
class Lap:
    env: int
    track: str
    seconds: float
    crashed: bool


class LapTimer:
    def __init__(self, model, venv: VecEnv, deterministic: bool = True):
        self.model = model
        self.venv = venv
        self.deterministic = deterministic

    def run(self, laps: int) -> List[Lap]:
        n = self.venv.num_envs
        out: List[Lap] = []
        obs = self.venv.reset()
        states = None
        episode_starts = np.ones((n,), dtype=bool)
        clock = np.zeros(n)
        while len(out) < laps:
            actions, states = self.model.predict(
                obs, state=states, episode_start=episode_starts, deterministic=self.deterministic
            )
            obs, _, dones, infos = self.venv.step(actions)
            clock += 0.05
            for i in np.flatnonzero(dones):
                out.append(Lap(int(i), infos[i].get("track", "?"), float(clock[i]), bool(infos[i].get("crashed"))))
                clock[i] = 0.0
        return out


def by_track(laps: List[Lap]) -> Dict[str, Dict[str, float]]:
    table: Dict[str, Dict[str, float]] = {}
    for track in sorted({lap.track for lap in laps}):
        mine = [lap for lap in laps if lap.track == track]
        clean = [lap.seconds for lap in mine if not lap.crashed]
        table[track] = {
            "laps": len(mine),
            "crashes": sum(lap.crashed for lap in mine),
            "best": min(clean, default=float("nan")),
            "mean": float(np.mean(clean)) if clean else float("nan"),
        }
    return table
