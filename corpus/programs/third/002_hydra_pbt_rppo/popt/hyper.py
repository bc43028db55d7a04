from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Hyper:
    learning_rate: float = 3e-4
    ent_coef: float = 0.01
    clip_range: float = 0.2

    @classmethod
    def sample(cls, rng: np.random.Generator) -> Hyper:
        return cls(10 ** rng.uniform(-4.5, -3), 10 ** rng.uniform(-4, -1), rng.uniform(0.1, 0.3))

    def explore(self, rng: np.random.Generator) -> Hyper:
        f = rng.choice([0.8, 1.2], size=3)
        return replace(
            self,
            learning_rate=self.learning_rate * f[0],
            ent_coef=self.ent_coef * f[1],
            clip_range=float(np.clip(self.clip_range * f[2], 0.05, 0.4)),
        )

    def as_dict(self) -> dict:
        return asdict(self)
