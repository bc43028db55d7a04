import numpy as np


class BloodBank:
    """Order red-cell units; demand follows a hidden regime (quiet, season, disaster)."""

    RATES = (8.0, 14.0, 30.0)

    def __init__(self, seed: int, days: int = 120, max_age: int = 6):
        self.rng = np.random.default_rng(seed)
        self.days = days
        self.max_age = max_age
        self.obs_dim = max_age + 1
        self.n_actions = 8

    def reset(self) -> np.ndarray:
        self.units = np.full(self.max_age, 3.0)
        self.regime = 0
        self.day = 0
        return self._observe(0.0)

    def _observe(self, used: float) -> np.ndarray:
        return np.append(self.units / 30, used / 30).astype(np.float32)

    def step(self, action: int):
        if self.rng.random() < 0.06:
            self.regime = int(self.rng.integers(3))
        demand = float(self.rng.poisson(self.RATES[self.regime]))
        expired = self.units[-1]
        self.units = np.append(5.0 * action, self.units[:-1])
        missing = demand
        for age in reversed(range(self.max_age)):
            used = min(self.units[age], missing)
            self.units[age] -= used
            missing -= used
        self.day += 1
        reward = -0.1 * expired - 0.5 * missing - 0.01 * self.units.sum()
        return self._observe(demand - missing), float(reward), self.day >= self.days
