import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Pitch(gym.Env):
    """One-dimensional keep-away: two carts, one ball, each sees only positions."""

    metadata = {"render_modes": []}

    def __init__(self, size=10.0, limit=300):
        self.size = size
        self.limit = limit
        self.observation_space = spaces.Box(-1.0, 1.0, (3,), np.float32)
        self.action_space = spaces.MultiDiscrete([3, 3])
        self.pos = np.zeros(2)
        self.vel = np.zeros(2)
        self.ball = 0.0
        self.t = 0

    def views(self):
        me, foe = self.pos / self.size
        b = self.ball / self.size
        return np.array([[me, foe, b], [-foe, -me, -b]], np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.pos = np.array([-5.0, 5.0])
        self.vel[:] = 0.0
        self.ball = self.np_random.uniform(-1, 1)
        self.t = 0
        return self.views()[0], {"foe_obs": self.views()[1]}

    def step(self, action):
        push = np.array([action[0] - 1, 1 - action[1]], float)
        self.vel = 0.9 * self.vel + 0.2 * push
        self.pos = np.clip(self.pos + self.vel, -self.size, self.size)
        near = np.abs(self.pos - self.ball) < 0.5
        if near[0] != near[1]:
            self.ball += 0.4 if near[0] else -0.4
        self.t += 1
        goal = abs(self.ball) >= self.size * 0.8
        reward = float(np.sign(self.ball)) if goal else 0.0
        return self.views()[0], reward, goal, self.t >= self.limit, {"foe_obs": self.views()[1]}
