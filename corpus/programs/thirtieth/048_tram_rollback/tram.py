import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Tram(gym.Env):
    """Drive to the next stop in time with little current. Passengers' weight and the slope are unknown."""

    def __init__(self):
        self.observation_space = spaces.Box(-1.0, 2.0, (3,), np.float32)
        self.action_space = spaces.Discrete(4)  # power, half power, coast, brake

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.way, self.v, self.t = float(self.np_random.uniform(300, 700)), 0.0, 0
        self.mass = self.np_random.uniform(30, 55)
        self.slope = self.np_random.normal(0.0, 0.01)
        self.due = self.way / 8 + 20
        return self._obs(), {}

    def _obs(self):
        return np.array([self.way / 700, self.v / 20, (self.due - self.t) / 120], dtype=np.float32)

    def step(self, action):
        pull = (50.0, 25.0, 0.0, -45.0)[int(action)]
        acc = pull / self.mass - 9.81 * self.slope - 0.0015 * self.v ** 2 - 0.02
        self.v = float(np.clip(self.v + acc, 0.0, 18.0))
        self.way -= self.v
        self.t += 1
        reward = -0.0006 * max(pull, 0.0) * self.v / 10
        stopped = self.v < 0.3 and abs(self.way) < 5
        passed = self.way < -5
        late = self.t > self.due + 60
        if stopped:
            reward += 3.0 - 0.05 * max(0.0, self.t - self.due)
        return self._obs(), float(reward - 2.0 * passed), bool(stopped or passed), bool(late), {}
