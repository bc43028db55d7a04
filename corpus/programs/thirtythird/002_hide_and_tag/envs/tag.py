from dataclasses import dataclass

import numpy as np


@dataclass
class TagConfig:
    size: float = 1.0
    view: float = 0.35
    catch: float = 0.07
    horizon: int = 250


class TagEnv:
    """One seeker and one runner in a box; either sees the other only from near."""

    OBS = 6
    ACT = 5

    def __init__(self, cfg: TagConfig, seed: int = 0):
        self.cfg = cfg
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.p = {r: self.rng.uniform(0, self.cfg.size, 2) for r in ("seeker", "runner")}
        self.t = 0
        return self._views()

    def _views(self):
        d = self.p["runner"] - self.p["seeker"]
        seen = float(np.linalg.norm(d) < self.cfg.view)
        clock = self.t / self.cfg.horizon
        return {
            "seeker": np.array([*self.p["seeker"], *(d * seen), seen, clock], dtype=np.float32),
            "runner": np.array([*self.p["runner"], *(-d * seen), seen, clock], dtype=np.float32),
        }

    def step(self, moves):
        speeds = {"seeker": 0.030, "runner": 0.026}
        dirs = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]], dtype=float)
        for role, a in moves.items():
            self.p[role] = np.clip(self.p[role] + speeds[role] * dirs[a], 0, self.cfg.size)
        self.t += 1
        caught = np.linalg.norm(self.p["runner"] - self.p["seeker"]) < self.cfg.catch
        over = bool(caught or self.t >= self.cfg.horizon)
        rew = {"seeker": float(caught) * 10 - 0.02, "runner": -float(caught) * 10 + 0.02}
        return self._views(), rew, over
