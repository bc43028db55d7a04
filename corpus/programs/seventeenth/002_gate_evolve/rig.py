import numpy as np


class GateRig:
    """Point-mass quad with four gates on a circle."""

    GATES = np.array([[4, 0, 2], [0, 4, 2], [-4, 0, 2], [0, -4, 2]], float)

    def __init__(self, dt=0.02, seed=3):
        self.dt = dt
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.pos = np.array([4.0, -1.0, 2.0])
        self.vel = np.zeros(3)
        self.att = np.zeros(3)
        self.next = 0
        return self._obs()

    def _obs(self):
        gate = self.GATES[self.next]
        return np.concatenate([gate - self.pos, self.vel, self.att, np.eye(4)[self.next]])

    def step(self, u):
        roll, pitch = u[0] - u[1], u[2] - u[3]
        self.att = 0.9 * self.att + np.array([roll, pitch, 0.0]) * 0.3
        lift = 9.81 * 2 * u.mean()
        acc = np.array([lift * self.att[1], -lift * self.att[0], lift - 9.81])
        before = np.linalg.norm(self.GATES[self.next] - self.pos)
        self.vel += (acc + self.rng.normal(0, 0.1, 3)) * self.dt
        self.pos += self.vel * self.dt
        after = np.linalg.norm(self.GATES[self.next] - self.pos)
        reward = before - after
        if after < 0.5:
            self.next = (self.next + 1) % 4
            reward += 5.0
        crashed = self.pos[2] < 0 or np.abs(self.pos).max() > 12
        return self._obs(), reward - 10.0 * crashed, crashed
