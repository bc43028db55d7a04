import gymnasium as gym
import numpy as np
from gymnasium import spaces


class TwoDoorCorridor(gym.Env):
    """A cue at the start tells which door is open at the far end of the corridor."""

    metadata = {"render_modes": []}

    def __init__(self, length=6, noise=0.0):
        super().__init__()
        self.length = length
        self.noise = noise
        self.observation_space = spaces.Box(-3.0, 3.0, shape=(3,), dtype=np.float32)
        self.action_space = spaces.Discrete(3)

    def _obs(self):
        cue = self.cue if self.pos == 0 else 0.0
        obs = np.array([cue, self.pos / self.length, float(self.pos == self.length)], dtype=np.float32)
        obs += self.np_random.normal(0, self.noise, size=3) if self.noise else 0.0
        return np.clip(obs, -3, 3).astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.pos, self.t = 0, 0
        self.cue = float(self.np_random.choice([-1.0, 1.0]))
        return self._obs(), {}

    def step(self, action):
        self.t += 1
        reward, terminated = -0.01, False
        if self.pos == self.length and action in (1, 2):
            terminated = True
            reward = 1.0 if (action == 1) == (self.cue > 0) else -1.0
        elif action == 0:
            self.pos = min(self.length, self.pos + 1)
        return self._obs(), reward, terminated, self.t >= 4 * self.length, {}
