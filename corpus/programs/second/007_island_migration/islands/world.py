import gymnasium as gym
import numpy as np


class ScentWorld(gym.Env):
    """A hunter looks for a hidden prey; the prey leaves a scent that fades."""

    metadata = {"render_modes": ["ansi"]}

    def __init__(self, size=10, max_steps=150, prey_speed=0.4):
        super().__init__()
        self.size = size
        self.max_steps = max_steps
        self.prey_speed = prey_speed
        self.action_space = gym.spaces.Discrete(5)
        self.observation_space = gym.spaces.Box(-1.0, 1.0, shape=(9 + 2,), dtype=np.float32)
        self.scent = np.zeros((size, size), dtype=np.float32)
        self.hunter = np.zeros(2, dtype=np.int64)
        self.prey = np.zeros(2, dtype=np.int64)
        self.steps = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.scent[:] = 0.0
        self.hunter = self.np_random.integers(0, self.size, size=2)
        self.prey = self.np_random.integers(0, self.size, size=2)
        self.steps = 0
        return self._obs(), {}

    def _obs(self):
        padded = np.pad(self.scent, 1, constant_values=-1.0)
        r, c = self.hunter
        patch = padded[r : r + 3, c : c + 3].ravel()
        where = self.hunter / (self.size - 1) * 2.0 - 1.0
        return np.concatenate([patch, where]).astype(np.float32)

    def _shift(self, who, action):
        moves = {0: (0, 0), 1: (-1, 0), 2: (1, 0), 3: (0, -1), 4: (0, 1)}
        return np.clip(who + np.array(moves[int(action)]), 0, self.size - 1)

    def prey_action(self):
        if self.np_random.random() > self.prey_speed:
            return 0
        return int(self.np_random.integers(1, 5))

    def step(self, action):
        self.steps += 1
        self.hunter = self._shift(self.hunter, action)
        self.prey = self._shift(self.prey, self.prey_action())
        self.scent *= 0.92
        self.scent[tuple(self.prey)] = 1.0
        caught = bool((self.hunter == self.prey).all())
        reward = 1.0 if caught else -0.01
        return self._obs(), reward, caught, self.steps >= self.max_steps, {"caught": caught}

    def render(self):
        rows = [["." for _ in range(self.size)] for _ in range(self.size)]
        rows[self.prey[0]][self.prey[1]] = "p"
        rows[self.hunter[0]][self.hunter[1]] = "H"
        return "\n".join("".join(r) for r in rows)
