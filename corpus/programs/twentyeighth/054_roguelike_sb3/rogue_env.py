import gymnasium as gym
import numpy as np


class RogueEnv(gym.Env):
    """Find the key, remember where the door was, get out before the lamp is empty."""

    def __init__(self, size=9, oil=150):
        self.size, self.oil_max = size, oil
        self.observation_space = gym.spaces.Box(-1, 1, (7,), np.float32)
        self.action_space = gym.spaces.Discrete(5)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        cells = self.np_random.choice(self.size**2, 3, replace=False)
        self.me, self.key, self.door = (np.array(divmod(int(c), self.size)) for c in cells)
        self.has_key, self.oil = False, self.oil_max
        return self._obs(), {}

    def _obs(self):
        def spot(thing):
            d = thing - self.me
            return d / 2 if np.abs(d).max() <= 2 else np.zeros(2)

        key = np.zeros(2) if self.has_key else spot(self.key)
        return np.array([*key, *spot(self.door), self.has_key, self.oil / self.oil_max, 1.0], np.float32)

    def step(self, action):
        delta = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)][int(action)]
        self.me = np.clip(self.me + delta, 0, self.size - 1)
        self.oil -= 1
        reward, out = -0.005, False
        if not self.has_key and (self.me == self.key).all():
            self.has_key, reward = True, 0.5
        if self.has_key and (self.me == self.door).all():
            reward, out = 1.0, True
        return self._obs(), reward, out, self.oil <= 0, {"escaped": out}
