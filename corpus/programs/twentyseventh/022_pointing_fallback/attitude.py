from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


def cross(a, b):
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


@dataclass
class Spacecraft:
    """Three small-angle axes with reaction wheels; a star tracker that now and then drops out."""

    inertia: np.ndarray = field(default_factory=lambda: np.array([1.2, 1.0, 0.7]))
    dt: float = 0.25
    seed: int = 0

    def __post_init__(self):
        self.rng = np.random.default_rng(self.seed)
        self.angle = self.rng.normal(0, 0.05, 3)
        self.rate = np.zeros(3)
        self.wheels = np.zeros(3)
        self.blind = 0

    def measure(self) -> np.ndarray:
        if self.blind:
            self.blind -= 1
            tracker = np.zeros(3)
        else:
            if self.rng.random() < 0.01:
                self.blind = int(self.rng.integers(5, 30))
            tracker = self.angle + self.rng.normal(0, 5e-4, 3)
        gyro = self.rate + self.rng.normal(0, 2e-3, 3)
        return np.concatenate([20 * tracker, 20 * gyro, self.wheels / 3, [float(self.blind == 0)]])

    def apply(self, torque: np.ndarray) -> None:
        torque = np.clip(torque, -0.02, 0.02)
        disturb = self.rng.normal(0, 5e-4, 3)
        acc = (torque + disturb - cross(self.rate, self.inertia * self.rate)) / self.inertia
        self.rate = self.rate + self.dt * acc
        self.angle = self.angle + self.dt * self.rate
        self.wheels = self.wheels - self.dt * torque

    @property
    def error(self) -> float:
        return float(np.linalg.norm(self.angle))
