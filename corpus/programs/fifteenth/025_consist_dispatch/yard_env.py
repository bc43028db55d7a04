import gymnasium as gym
import numpy as np
from gymnasium import spaces


class LongTrainEnv(gym.Env):
    """A long freight train on an undulating line. The couplers' forces are not measured, the speed is."""

    metadata: dict = {"render_modes": []}

    def __init__(self, wagons: int = 60, horizon: int = 900):
        super().__init__()
        self.wagons = wagons
        self.horizon = horizon
        self.action_space = spaces.Box(-1.0, 1.0, (2,), np.float32)
        self.observation_space = spaces.Box(-np.inf, np.inf, (5,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.v = 12.0
        self.pos = 0.0
        self.pipe = 0.0
        self.slack = 0.0
        self.phase = self.np_random.uniform(0, 2 * np.pi)
        return self._obs(), {}

    def _grade(self, ahead: float = 0.0) -> float:
        return 0.012 * np.sin((self.pos + ahead) / 900.0 + self.phase)

    def _obs(self):
        limit = 18.0 if int(self.pos / 2500) % 2 == 0 else 11.0
        noise = self.np_random.normal(0, 0.1)
        return np.array(
            [(self.v + noise) / 20, limit / 20, self._grade() * 50, self._grade(500) * 50, self.t / self.horizon],
            dtype=np.float32,
        )

    def step(self, action):
        power, brake = float(action[0]), max(0.0, float(action[1]))
        self.pipe += 0.05 * (brake - self.pipe)
        acc = 0.25 * max(power, 0) - 0.6 * self.pipe - 9.81 * self._grade() - 0.0004 * self.v**2
        self.slack += 0.1 * (acc - self.slack)
        self.v = float(np.clip(self.v + acc, 0.0, 30.0))
        self.pos += self.v
        self.t += 1
        limit = 18.0 if int(self.pos / 2500) % 2 == 0 else 11.0
        jerk = abs(acc - self.slack) * self.wagons / 60
        reward = self.v / 20 - 2.0 * max(0.0, self.v - limit) - 0.5 * jerk - 0.02 * max(power, 0)
        return self._obs(), float(reward), False, self.t >= self.horizon, {}
