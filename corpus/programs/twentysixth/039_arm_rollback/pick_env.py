import gymnasium as gym
import numpy as np


class PickPlaceEnv(gym.Env):
    """Planar gripper, one block, one bin. The bin's place is shown only in the first 5 steps."""

    def __init__(self, max_steps=150):
        self.max_steps = max_steps
        self.observation_space = gym.spaces.Box(-2, 2, (7,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (3,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.hand = np.zeros(2)
        self.block = self.np_random.uniform(-1, 1, 2)
        self.bin = self.np_random.uniform(-1, 1, 2)
        self.held = False
        self.t = 0
        return self._obs(), {}

    def _obs(self):
        shown = self.bin if self.t < 5 else np.zeros(2)
        return np.concatenate([self.hand, self.block, shown, [float(self.held)]]).astype(np.float32)

    def step(self, action):
        self.t += 1
        self.hand = np.clip(self.hand + 0.08 * np.asarray(action[:2]), -1, 1)
        grip = action[2] > 0
        near = np.linalg.norm(self.hand - self.block) < 0.12
        reward = -0.01
        if grip and near and not self.held:
            self.held = True
            reward += 1.0
        elif not grip:
            self.held = False
        if self.held:
            self.block = self.hand.copy()
            reward -= 0.02 * np.linalg.norm(self.hand - self.bin)
        placed = not self.held and np.linalg.norm(self.block - self.bin) < 0.12
        if placed:
            reward += 5.0
        return self._obs(), float(reward), bool(placed), self.t >= self.max_steps, {}
