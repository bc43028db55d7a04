import gymnasium as gym
import numpy as np
from gymnasium import spaces


class TaskingEnv(gym.Env):
    """An imaging satellite over a ring of targets; clouds are seen only under the track."""

    metadata = {"render_modes": []}

    def __init__(self, targets=24, passes=12):
        super().__init__()
        self.targets = targets
        self.passes = passes
        self.observation_space = spaces.Box(-1.0, 1.0, (6,), np.float32)
        self.action_space = spaces.Discrete(3)  # drift, image, downlink

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.at = 0
        self.orbit = 0
        self.charge = 1.0
        self.stored = 0
        self.worth = self.np_random.random(self.targets)
        self.cloud = self.np_random.random(self.targets) < 0.5
        return self._obs(), {}

    def _obs(self):
        angle = 2 * np.pi * self.at / self.targets
        return np.array(
            [np.sin(angle), np.cos(angle), self.charge, self.stored / 8, float(self.cloud[self.at]), self.worth[self.at]],
            np.float32,
        )

    def step(self, action):
        reward = 0.0
        sun = np.cos(2 * np.pi * self.at / self.targets) > -0.3
        self.charge = min(1.0, self.charge + 0.05 * sun)
        if action == 1 and self.charge > 0.15 and self.stored < 8:
            self.charge -= 0.15
            if not self.cloud[self.at]:
                self.stored += 1
                reward += float(self.worth[self.at])
                self.worth[self.at] *= 0.3
        elif action == 2 and self.at % 8 == 0:
            reward += 0.5 * self.stored
            self.stored = 0
        self.at += 1
        if self.at == self.targets:
            self.at = 0
            self.orbit += 1
            flip = self.np_random.random(self.targets) < 0.15
            self.cloud = self.cloud ^ flip
        return self._obs(), reward, False, self.orbit >= self.passes, {}
