import numpy as np


class FourLegs:
    """A crude planar quadruped that just keeps walking; there is nothing to restart."""

    def __init__(self, rng):
        self.rng = rng
        self.phase = np.zeros(4)
        self.lift = np.zeros(4)
        self.speed = 0.0
        self.tilt = 0.0

    def sense(self):
        load = np.maximum(0.0, 1.0 - self.lift) + self.rng.normal(0, 0.05, 4)
        return np.concatenate([load, [self.tilt]]).astype(np.float32)

    def drive(self, torque):
        torque = np.clip(torque, -1, 1)
        self.phase += 0.2 * torque
        self.lift = np.clip(np.sin(self.phase), 0, 1)
        grounded = self.lift < 0.05
        thrust = (np.cos(self.phase) * grounded * torque).sum() / 4
        self.speed = 0.9 * self.speed + 0.1 * thrust
        left, right = self.lift[:2].sum(), self.lift[2:].sum()
        self.tilt = 0.8 * self.tilt + 0.2 * (left - right)
        return self.speed - 0.3 * abs(self.tilt) - 0.02 * float(np.square(torque).sum())
