import gymnasium as gym
import numpy as np


class VineyardEnv(gym.Env):
    """Hourly valve control of four plots that share one pump. Episode = 10 days."""

    PLOTS = 4

    def __init__(self, pump_l_per_h: float = 300.0):
        super().__init__()
        self.pump = pump_l_per_h
        self.action_space = gym.spaces.MultiBinary(self.PLOTS)
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (self.PLOTS + 4,), np.float32)

    def _get_obs(self):
        phase = 2 * np.pi * (self.hour % 24) / 24
        tensio = self.theta + self.np_random.normal(0, 0.01, self.PLOTS)
        return np.array([*tensio, np.sin(phase), np.cos(phase), self.heat, self.tank / 5000], dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.hour = 0
        self.tank = 5000.0
        self.heat = self.np_random.uniform(0.5, 1.5)
        self.theta = self.np_random.uniform(0.15, 0.3, self.PLOTS)
        self.pipe = np.zeros(self.PLOTS)
        return self._get_obs(), {}

    def step(self, action):
        valves = np.asarray(action, dtype=float)
        flow = np.zeros(self.PLOTS)
        if valves.sum() > 0 and self.tank > self.pump:
            flow = self.pump * valves / valves.sum()
            self.tank -= self.pump
        self.tank = min(5000.0, self.tank + 40.0)
        arriving, self.pipe = self.pipe, flow
        sun = max(0.0, np.sin(2 * np.pi * (self.hour % 24 - 6) / 24))
        self.theta += arriving / 30_000 - 0.004 * sun * self.heat
        over = np.clip(self.theta - 0.32, 0, None)
        self.theta = np.clip(self.theta - 0.5 * over, 0.05, 0.4)
        dry = np.clip(0.18 - self.theta, 0, None)
        self.hour += 1
        reward = -float(10 * dry.sum() + 5 * over.sum() + 0.01 * flow.sum() / self.pump)
        return self._get_obs(), reward, False, self.hour >= 240, {}
