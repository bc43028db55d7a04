import gymnasium as gym
import numpy as np


class DomeQueue(gym.Env):
    def __init__(self, targets: int = 6, night: int = 90) -> None:
        self.targets, self.night = targets, night
        self.action_space = gym.spaces.Discrete(targets + 1)  # last one: wait
        self.observation_space = gym.spaces.Box(-1.0, 2.0, (targets * 2 + 2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.k = 0
        self.prio = self.np_random.uniform(0.2, 1.0, self.targets)
        self.rise = self.np_random.uniform(0, self.night * 0.7, self.targets)
        self.seeing = self.np_random.uniform(0.6, 1.8)
        return self._look(), {}

    def _look(self):
        up = (self.k - self.rise) / self.night
        seen = np.clip(self.seeing + self.np_random.normal(0, 0.3), 0, 2)
        return np.concatenate([self.prio, up, [seen, self.k / self.night]]).astype(np.float32)

    def step(self, action):
        gain = 0.0
        if action < self.targets and self.k > self.rise[action]:
            gain = float(self.prio[action] / self.seeing)
            self.prio[action] *= 0.8
        self.seeing = float(np.clip(self.seeing + self.np_random.normal(0, 0.05), 0.5, 2.0))
        self.k += 1
        return self._look(), gain, False, self.k >= self.night, {}
