import gymnasium as gym
import numpy as np


class GantryCrane(gym.Env):
    """Move a hanging load; the rope angle is not measured."""

    def __init__(self, rope=2.0, max_steps=500):
        self.rope = rope
        self.max_steps = max_steps
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, shape=(3,), dtype=np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.s = np.array([self.np_random.uniform(-1, 1), 0.0, 0.0, 0.0])
        self.goal = self.np_random.uniform(-4, 4)
        self.i = 0
        return self.view(), {}

    def view(self):
        return np.array([self.s[0], self.s[1], self.goal], dtype=np.float32)

    def step(self, a):
        f = (int(a) - 1) * 1.5
        x, v, th, om = self.s
        dt = 0.05
        acc = f - 0.1 * v
        om += dt * (-9.81 * np.sin(th) - acc * np.cos(th)) / self.rope
        th += dt * om
        v += dt * acc
        x += dt * v
        self.s = np.array([x, v, th, om])
        self.i += 1
        at = abs(x - self.goal) < 0.1 and abs(th) < 0.05 and abs(v) < 0.1
        return self.view(), -abs(x - self.goal) * 0.1 - abs(th) + 20 * at, bool(at), self.i >= self.max_steps, {}
