import numpy as np


class TMaze:
    """Corridor with a cue at the start; the junction needs the cue again."""

    def __init__(self, length=12, noise=0.1, time_limit=80, seed=0):
        self.length = length
        self.noise = noise
        self.time_limit = time_limit
        self.rng = np.random.default_rng(seed)
        self.obs_dim = 4
        self.n_actions = 4
        self.x = 0
        self.y = 0
        self.goal = 1
        self.t = 0

    def reset(self):
        self.x, self.y, self.t = 0, 0, 0
        self.goal = int(self.rng.choice([-1, 1]))
        return self._obs()

    def _obs(self):
        cue = float(self.goal) if self.x == 0 else 0.0
        at_junction = float(self.x == self.length)
        wall = float(self.x < self.length)
        out = np.array([cue, at_junction, wall, 1.0], dtype=np.float32)
        out[:3] += self.rng.normal(0.0, self.noise, size=3).astype(np.float32)
        return out

    def step(self, action):
        self.t += 1
        reward = -0.01
        terminated = False
        if action == 0 and self.x < self.length:
            self.x += 1
        elif action == 1 and self.x > 0:
            self.x -= 1
        elif action in (2, 3) and self.x == self.length:
            chosen = 1 if action == 2 else -1
            reward = 4.0 if chosen == self.goal else -0.1
            terminated = True
        elif action in (2, 3):
            reward = -0.1
        truncated = self.t >= self.time_limit
        return self._obs(), reward, terminated, truncated, {}
