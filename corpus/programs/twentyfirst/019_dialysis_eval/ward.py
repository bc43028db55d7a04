"""Simulated haemodialysis patients: ultrafiltration rate and potassium of the bath per quarter hour."""
import gymnasium as gym
import numpy as np


class DialysisEnv(gym.Env):
    def __init__(self, hours=4.0):
        self.observation_space = gym.spaces.Box(-5.0, 5.0, (5,), np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, (2,), np.float32)
        self.steps = int(hours * 4)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        r = self.np_random
        self.excess = r.uniform(1.5, 4.0)        # litres
        self.k = r.uniform(4.8, 6.5)
        self.sbp = r.uniform(115, 160)
        self.refill = r.uniform(0.3, 0.9)        # hidden, has to be found out from the pressure
        self.t = 0
        return self._obs(), {}

    def _obs(self):
        noise = self.np_random.normal(0, 0.02, 5)
        v = [self.excess / 2 - 1, self.k - 5, self.sbp / 40 - 3, self.t / self.steps, 1.0]
        return (np.array(v) + noise).astype(np.float32)

    def step(self, action):
        uf = 0.15 * (float(action[0]) + 1)
        bath = 2.5 + float(action[1])
        self.excess -= uf
        self.k += 0.06 * (bath - self.k)
        self.sbp += 40 * (self.refill * 0.2 - uf) + self.np_random.normal(0, 1.5)
        self.t += 1
        crash = self.sbp < 85
        over = self.t >= self.steps
        reward = -0.05 * abs(self.k - 4.2) - 5.0 * crash
        if over:
            reward -= abs(self.excess)
        info = {"hypotension": bool(crash), "excess": self.excess, "k": self.k}
        return self._obs(), float(reward), bool(crash), over, info
