import gymnasium as gym
import numpy as np
from gymnasium import spaces


class PipelineEnv(gym.Env):
    """Gas pressure along a pipeline; the demand regime flips now and then in mid-episode."""

    def __init__(self, n_nodes: int = 8, seed: int = 0):
        self.n = n_nodes
        self.rng = np.random.default_rng(seed)
        self.observation_space = spaces.Box(-10, 10, (n_nodes,), np.float32)
        self.action_space = spaces.MultiDiscrete([3, 3])

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.p = np.zeros(self.n, dtype=np.float32)
        self.regime, self.t = 0, 0
        return self.p.copy(), {"regime": self.regime}

    def step(self, action):
        flipped = self.rng.random() < 0.01
        if flipped:
            self.regime = 1 - self.regime
        self.p += 0.1 * np.roll(self.p, 1) - 0.12 * self.p
        self.p[0] += 0.5 * (action[0] - 1)
        self.p[self.n // 2] += 0.5 * (action[1] - 1)
        self.p[-1] -= 0.3 if self.regime else 0.1
        self.t += 1
        r = -float(np.abs(self.p).mean())
        return self.p.copy(), r, False, self.t >= 500, {"regime": self.regime, "flipped": flipped}
