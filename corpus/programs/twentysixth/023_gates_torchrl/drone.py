import numpy as np
import torch


class DroneTrack:
    """Point-mass quadrotor on a closed track of gates."""

    def __init__(self, laps=3, dt=0.02, seed=0):
        ang = np.linspace(0, 2 * np.pi, 8, endpoint=False)
        self.gates = np.stack([8 * np.cos(ang), 6 * np.sin(ang), 1.5 + 0.8 * np.sin(3 * ang)], 1)
        self.laps, self.dt = laps, dt
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.p = self.gates[-1] + self.rng.normal(0, 0.2, 3)
        self.v = np.zeros(3)
        self.passed, self.t = 0, 0.0
        return self._obs()

    def _gate(self, k):
        return self.gates[(self.passed + k) % len(self.gates)]

    def _obs(self):
        noise = self.rng.normal(0, 0.05, 3)
        o = np.concatenate([self._gate(0) - self.p + noise, self._gate(1) - self.p + noise, self.v / 10])
        return torch.tensor(o, dtype=torch.float32)[None]

    def step(self, action):
        a = 12.0 * np.tanh(action.numpy().reshape(3))
        self.v += self.dt * (a - 0.15 * self.v * np.linalg.norm(self.v))
        self.p += self.dt * self.v
        self.t += self.dt
        through = np.linalg.norm(self._gate(0) - self.p) < 0.6
        self.passed += through
        crashed = self.p[2] < 0 or np.linalg.norm(self.p) > 25
        finished = self.passed >= self.laps * len(self.gates)
        return self._obs(), bool(through), bool(crashed or finished or self.t > 120)
