import gymnasium as gym
import numpy as np


class PickPlaceEnv(gym.Env):
    """2D gripper, one block, one bin. The block's position is only seen when the camera isn't blocked by the arm."""

    def __init__(self, horizon=180):
        self.horizon = horizon
        self.observation_space = gym.spaces.Box(-2, 2, (8,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (3,), np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.hand = self.np_random.uniform(-1, 1, 2)
        self.block = self.np_random.uniform(-1, 1, 2)
        self.bin = self.np_random.uniform(-1, 1, 2)
        self.held = False
        self.t = 0
        return self._obs(), {}

    def _obs(self):
        seen = float(np.linalg.norm(self.hand - self.block) > 0.3)
        block = self.block * seen
        return np.array([*self.hand, *block, seen, *self.bin, float(self.held)], np.float32)

    def step(self, action):
        self.t += 1
        self.hand = np.clip(self.hand + 0.06 * action[:2], -1, 1)
        near = np.linalg.norm(self.hand - self.block) < 0.08
        self.held = bool(action[2] > 0 and (self.held or near))
        reward = -0.01
        if self.held:
            self.block = self.hand.copy()
            reward += 0.02 - 0.02 * np.linalg.norm(self.block - self.bin)
        placed = not self.held and np.linalg.norm(self.block - self.bin) < 0.1
        if placed:
            reward += 2.0
        return self._obs(), float(reward), bool(placed), self.t >= self.horizon, {"is_success": placed}
