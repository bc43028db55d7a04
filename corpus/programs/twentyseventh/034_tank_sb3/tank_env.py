import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO


class TankDuelEnv(gym.Env):
    """1v1 tanks in a foggy field. The rival is a saved RecurrentPPO."""

    def __init__(self, size=10.0, max_steps=400):
        super().__init__()
        self.size = size
        self.max_steps = max_steps
        self.observation_space = spaces.Box(-1, 1, (8,), np.float32)
        self.action_space = spaces.MultiDiscrete([3, 3, 2])  # throttle, turn, fire
        self.rival = None
        self.rival_lstm = None
        self.rival_start = np.ones((1,), dtype=bool)

    def set_rival(self, path):
        self.rival = RecurrentPPO.load(path, device="cpu")

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        s = self.size
        self.pos = self.np_random.uniform(-s, s, (2, 2))
        self.ang = self.np_random.uniform(-np.pi, np.pi, 2)
        self.armor = np.array([5, 5])
        self.cool = np.zeros(2)
        self.t = 0
        self.rival_lstm = None
        self.rival_start = np.ones((1,), dtype=bool)
        return self._view(0), {}

    def _view(self, i):
        j = 1 - i
        d = self.pos[j] - self.pos[i]
        seen = np.linalg.norm(d) < 6
        rel = d / (2 * self.size) if seen else np.zeros(2)
        own = self.pos[i] / self.size
        v = [own[0], own[1], np.cos(self.ang[i]), np.sin(self.ang[i]), rel[0], rel[1], float(seen), self.cool[i] / 10]
        return np.clip(np.array(v, dtype=np.float32), -1, 1)

    def _rival_action(self):
        if self.rival is None:
            return self.action_space.sample()
        act, self.rival_lstm = self.rival.predict(
            self._view(1), state=self.rival_lstm, episode_start=self.rival_start, deterministic=False
        )
        self.rival_start = np.zeros((1,), dtype=bool)
        return act

    def _drive(self, i, act):
        self.ang[i] += (act[1] - 1) * 0.2
        step = (act[0] - 1) * 0.3 * np.array([np.cos(self.ang[i]), np.sin(self.ang[i])])
        self.pos[i] = np.clip(self.pos[i] + step, -self.size, self.size)
        self.cool[i] = max(0, self.cool[i] - 1)
        if act[2] and self.cool[i] == 0:
            self.cool[i] = 10
            d = self.pos[1 - i] - self.pos[i]
            off = np.arctan2(d[1], d[0]) - self.ang[i]
            if abs(np.arctan2(np.sin(off), np.cos(off))) < 0.15:
                self.armor[1 - i] -= 1
                return 1.0
        return 0.0

    def step(self, action):
        rival = self._rival_action()
        reward = self._drive(0, action) - self._drive(1, rival)
        self.t += 1
        over = bool((self.armor <= 0).any())
        if over:
            reward += 5.0 if self.armor[0] > 0 else -5.0
        return self._view(0), reward, over, self.t >= self.max_steps, {}
