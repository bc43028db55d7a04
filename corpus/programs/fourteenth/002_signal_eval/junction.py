import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Junction(gym.Env):
    """Four approaches, two phases; loop detectors only report occupancy."""

    def __init__(self, config=None):
        config = config or {}
        self.horizon = config.get("horizon", 720)
        self.demand = np.asarray(config.get("demand", [0.3, 0.25, 0.15, 0.2]))
        self.observation_space = spaces.Box(0.0, 1.0, (6,), np.float32)
        self.action_space = spaces.Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.q = np.zeros(4, dtype=int)
        self.phase, self.amber, self.t = 0, 0, 0
        return self._obs(), {}

    def _obs(self):
        occ = (self.q > 0).astype(np.float32)
        return np.concatenate([occ, [float(self.phase), float(self.amber > 0)]]).astype(np.float32)

    def step(self, action):
        self.t += 1
        if action != self.phase and self.amber == 0:
            self.phase, self.amber = int(action), 2
        self.q += self.np_random.poisson(self.demand)
        if self.amber:
            self.amber -= 1
        else:
            green = [0, 1] if self.phase == 0 else [2, 3]
            self.q[green] = np.maximum(self.q[green] - 1, 0)
        return self._obs(), -0.05 * float(self.q.sum()), False, self.t >= self.horizon, {}
