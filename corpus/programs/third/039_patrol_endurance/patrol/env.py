import gymnasium as gym
import numpy as np


class Patrol(gym.Env):
    """A guard walks a ring of rooms; intruders show up in one of them and leave a faint noise."""

    def __init__(self, rooms=12, shift=200):
        self.rooms, self.shift = rooms, shift
        self.observation_space = gym.spaces.Box(0, 1, (rooms + 1,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def _obs(self):
        o = np.zeros(self.rooms + 1, np.float32)
        o[self.at] = 1.0
        if self.intruder is not None:
            d = abs(self.intruder - self.at)
            o[-1] = 1.0 / (1 + min(d, self.rooms - d))
        return o

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.at, self.intruder, self.t = 0, None, 0
        self.shift_rooms = self.np_random.permutation(self.rooms)
        return self._obs(), {}

    def step(self, action):
        self.at = (self.at + int(action) - 1) % self.rooms
        reward = 0.0
        if self.intruder is None:
            if self.np_random.random() < 0.1:
                self.intruder = int(self.shift_rooms[self.t % 4])
        elif self.at == self.intruder:
            reward, self.intruder = 1.0, None
        else:
            reward = -0.01
        self.t += 1
        return self._obs(), reward, False, self.t >= self.shift, {"caught": reward > 0}
