"""Families of bandits; a task lasts for many trials."""
import numpy as np


class GaussianBandit:
    def __init__(self, arms, rng, spread=1.0, noise=0.5):
        self.means = rng.normal(0.0, spread, size=arms)
        self.noise = noise
        self.rng = rng
        self.arms = arms

    def pull(self, arm):
        return float(self.means[arm] + self.rng.normal(0.0, self.noise))

    def regret(self, arm):
        return float(self.means.max() - self.means[arm])


class DriftingBandit(GaussianBandit):
    def __init__(self, *args, drift=0.02, **kwargs):
        super().__init__(*args, **kwargs)
        self.drift = drift

    def pull(self, arm):
        self.means += self.rng.normal(0.0, self.drift, size=self.arms)
        return super().pull(arm)


class BernoulliBandit:
    def __init__(self, arms, rng):
        self.p = rng.beta(1.0, 1.0, size=arms)
        self.rng = rng
        self.arms = arms

    def pull(self, arm):
        return float(self.rng.random() < self.p[arm])

    def regret(self, arm):
        return float(self.p.max() - self.p[arm])


FAMILIES = {"gauss": GaussianBandit, "drift": DriftingBandit, "bernoulli": BernoulliBandit}
