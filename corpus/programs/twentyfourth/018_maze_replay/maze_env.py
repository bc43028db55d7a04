import gymnasium as gym
import numpy as np


class ColourRooms(gym.Env):
    """The target's colour is shown for the first two frames, then the agent walks a ring of rooms."""

    def __init__(self, rooms=8, colours=4, limit=60):
        self.rooms, self.colours, self.limit = rooms, colours, limit
        self.action_space = gym.spaces.Discrete(3)
        self.observation_space = gym.spaces.Box(0.0, 1.0, (2 * colours,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.paint = self.np_random.integers(0, self.colours, self.rooms)
        self.where = int(self.np_random.integers(self.rooms))
        self.wanted = int(self.np_random.choice(self.paint))
        self.frame = 0
        return self.look(), {}

    def look(self):
        v = np.zeros(2 * self.colours, np.float32)
        v[self.paint[self.where]] = 1
        if self.frame < 2:
            v[self.colours + self.wanted] = 1
        return v

    def step(self, action):
        self.frame += 1
        if action == 2:
            ok = self.paint[self.where] == self.wanted
            return self.look(), 1.0 if ok else -0.5, True, False, {}
        self.where = (self.where + (1 if action == 0 else -1)) % self.rooms
        return self.look(), -0.01, False, self.frame >= self.limit, {}
