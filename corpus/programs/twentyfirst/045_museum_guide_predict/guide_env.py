import gymnasium as gym
import numpy as np

ROOMS = 8


class GuideEnv(gym.Env):
    """A guide robot leads a group through eight rooms; the group gets tired or curious."""

    def __init__(self, minutes=90):
        self.minutes = minutes
        self.observation_space = gym.spaces.Box(0, 1, (ROOMS + 3,), np.float32)
        self.action_space = gym.spaces.Discrete(4)  # wait, talk, next room, joke

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t, self.room, self.told = 0, 0, 0.0
        self.interest = self.np_random.uniform(0.4, 0.9)
        self.taste = self.np_random.uniform(0, 1, ROOMS)
        return self._obs(), {}

    def _obs(self):
        o = np.zeros(ROOMS + 3, np.float32)
        o[self.room] = 1
        seen = np.clip(self.interest + self.np_random.normal(0, 0.1), 0, 1)
        o[-3:] = seen, self.told, self.t / self.minutes
        return o

    def step(self, a):
        self.t += 1
        like = self.taste[self.room]
        if a == 1:
            self.told = min(1.0, self.told + 0.25)
            self.interest += 0.1 * (like - self.told)
        elif a == 2:
            self.room = min(ROOMS - 1, self.room + 1)
            self.told = 0.0
        elif a == 3:
            self.interest += self.np_random.normal(0.03, 0.08)
        self.interest = float(np.clip(self.interest - 0.01, 0, 1))
        left = self.interest < 0.05
        return self._obs(), self.interest - 5.0 * left, left, self.t >= self.minutes, {}
