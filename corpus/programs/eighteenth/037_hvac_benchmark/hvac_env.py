import gymnasium as gym
import numpy as np


class OfficeHVAC(gym.Env):
    """Three zones, one air handler. Action: supply temperature and three dampers. One step is 10 minutes."""

    STEPS = 7 * 144

    def __init__(self, season="winter"):
        self.season = season
        self.observation_space = gym.spaces.Box(-5, 5, (9,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (4,), np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.k = 0
        self.temp = self.np_random.normal(20, 1, 3)
        self.mass = self.temp.copy()
        self.mean_out = {"winter": 2.0, "spring": 12.0, "summer": 27.0}[self.season]
        return self._obs(), {}

    def _outdoor(self):
        return self.mean_out + 5 * np.sin(2 * np.pi * (self.k % 144) / 144 - 2)

    def _obs(self):
        ang = 2 * np.pi * (self.k % 144) / 144
        occupied = 48 <= self.k % 144 <= 108
        return np.array(
            [*(self.temp - 21) / 5, (self._outdoor() - 15) / 15, np.sin(ang), np.cos(ang), occupied,
             self.k / self.STEPS, self.mean_out / 30], np.float32)

    def step(self, action):
        supply = 22 + 10 * float(action[0])
        damper = (np.asarray(action[1:]) + 1) / 2
        occupied = 48 <= self.k % 144 <= 108
        gain = self.np_random.uniform(0.0, 0.4, 3) * occupied
        self.temp += 0.2 * damper * (supply - self.temp) + 0.02 * (self._outdoor() - self.temp) + gain
        self.temp += 0.05 * (self.mass - self.temp)
        self.mass += 0.01 * (self.temp - self.mass)
        energy = float(np.sum(damper * abs(supply - self._outdoor())) / 30)
        discomfort = float(np.clip(abs(self.temp - 21.5) - 1, 0, None).sum()) * occupied
        self.k += 1
        info = {"energy": energy, "discomfort": discomfort}
        return self._obs(), -energy - 2 * discomfort, False, self.k >= self.STEPS, info
