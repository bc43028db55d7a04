import numpy as np

STAGES = (
    dict(noise=0.00, push=0.0, limit=200),
    dict(noise=0.03, push=0.3, limit=300),
    dict(noise=0.06, push=0.6, limit=400),
    dict(noise=0.10, push=1.0, limit=500),
)


class Wheelie:
    """Bicycle on its rear wheel. Only the angle is measured, not the angular speed."""

    def __init__(self, stage, seed):
        self.cfg = STAGES[stage]
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.angle = self.rng.normal(0, 0.02)
        self.rate = 0.0
        self.t = 0
        return self._obs()

    def _obs(self):
        return np.array([self.angle + self.rng.normal(0, self.cfg["noise"])], dtype=np.float32)

    def step(self, action):
        torque = (action - 1) * 2.0
        if self.rng.random() < 0.02:
            torque += self.rng.normal(0, self.cfg["push"])
        self.rate += 0.05 * (9.8 * np.sin(self.angle) + torque)
        self.angle += 0.05 * self.rate
        self.t += 1
        fell = abs(self.angle) > 0.5
        return self._obs(), 1.0 - abs(self.angle), fell or self.t >= self.cfg["limit"], {"fell": fell}
