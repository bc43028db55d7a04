import numpy as np


class RaceTrack:
    """Endless circuit of gates. A crash puts the drone back at the gate before, the clock keeps running."""

    N_OBS = 9
    N_ACT = 3

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        ang = np.linspace(0, 2 * np.pi, 10, endpoint=False)
        self.gates = np.stack([12 * np.cos(ang), 8 * np.sin(ang), rng.uniform(1, 4, 10)], 1)
        self.rng = rng
        self.next = 1
        self.p = self.gates[0].copy()
        self.v = np.zeros(3)

    def observe(self):
        rel = self.gates[self.next] - self.p
        after = self.gates[(self.next + 1) % 10] - self.p
        return np.concatenate([rel / 5, after / 5, self.v / 5]).astype(np.float32)

    def step(self, thrust):
        before = np.linalg.norm(self.gates[self.next] - self.p)
        self.v = 0.96 * self.v + 0.05 * (20 * np.clip(thrust, -1, 1) + self.rng.normal(0, 0.5, 3))
        self.p = self.p + 0.05 * self.v
        dist = np.linalg.norm(self.gates[self.next] - self.p)
        reward = before - dist
        if dist < 0.6:
            self.next = (self.next + 1) % 10
            reward += 5.0
        elif self.p[2] < 0 or dist > 15:
            self.p = self.gates[self.next - 1].copy()
            self.v[:] = 0.0
            reward -= 5.0
        return self.observe(), reward
