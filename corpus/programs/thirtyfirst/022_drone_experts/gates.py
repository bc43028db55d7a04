import numpy as np

WORLDS = ("calm", "gusty", "payload")
N_SEEN, N_TRUTH, N_CMD = 5, 8, 2


class GateRace:
    def __init__(self, n, rng):
        self.n, self.rng = n, rng
        self.world = "calm"
        self.begin(np.ones(n, bool))

    def begin(self, who):
        if not hasattr(self, "pos"):
            self.pos, self.vel, self.wind, self.gate = (np.zeros((self.n, 2), np.float32) for _ in range(4))
            self.mass, self.t = np.ones(self.n, np.float32), np.zeros(self.n, int)
        k = int(who.sum())
        self.pos[who], self.vel[who] = 0, 0
        self.wind[who] = self.rng.normal(0, 1.5 if self.world == "gusty" else 0.2, (k, 2))
        self.mass[who] = self.rng.uniform(1.0, 2.0, k) if self.world == "payload" else 1.0
        self.gate[who] = self.rng.uniform(-5, 5, (k, 2))
        self.t[who] = 0

    def seen(self):
        noise = self.rng.normal(0, 0.1, (self.n, 2))
        return np.concatenate([self.gate - self.pos + noise, self.vel, np.ones((self.n, 1))], 1).astype(np.float32)

    def truth(self):
        return np.concatenate([self.gate - self.pos, self.vel, self.wind, self.mass[:, None], self.t[:, None] / 250], 1).astype(np.float32)

    def fly(self, cmd):
        thrust = np.clip(cmd, -1, 1) * 6.0
        self.vel += 0.04 * ((thrust + self.wind) / self.mass[:, None] - 0.3 * self.vel)
        self.pos += 0.04 * self.vel
        through = np.linalg.norm(self.gate - self.pos, axis=1) < 0.4
        if through.any():
            self.gate[through] = self.rng.uniform(-5, 5, (int(through.sum()), 2))
        self.t += 1
        over = (self.t >= 250) | (np.abs(self.pos).max(1) > 12)
        self.begin(over)
        return through, over
