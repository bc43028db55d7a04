"""One-against-one goalkeeper game with a learned striker on the other side."""
from typing import Optional

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO


class KeeperEnv(gym.Env):
    def __init__(self, episode_length: int = 120):
        super().__init__()
        self.episode_length = episode_length
        self.observation_space = spaces.Box(-2.0, 2.0, (4,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (1,), np.float32)
        self._striker: Optional[RecurrentPPO] = None
        self._next_striker: Optional[str] = None
        self._memory = None
        self._fresh = True

    def queue_striker(self, path: str) -> None:
        """The new striker comes on with the next kick-off."""
        self._next_striker = path

    def _kick_off(self) -> None:
        if self._next_striker is not None:
            if self._striker is None:
                self._striker = RecurrentPPO.load(self._next_striker, device="cpu")
            else:
                self._striker.set_parameters(self._next_striker, device="cpu")
            self._next_striker = None
        self._memory = None
        self._fresh = True

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._kick_off()
        self.ball = np.array([1.0, self.np_random.uniform(-1, 1)], dtype=np.float32)
        self.ball_velocity = np.array([-0.02, 0.0], dtype=np.float32)
        self.keeper = 0.0
        self.t = 0
        return self._obs(mirror=False), {}

    def step(self, action):
        push = self._striker_push()
        self.ball_velocity[1] = np.clip(self.ball_velocity[1] + 0.01 * push, -0.05, 0.05)
        self.ball += self.ball_velocity
        if abs(self.ball[1]) > 1.0:
            self.ball_velocity[1] *= -1
        self.keeper = float(np.clip(self.keeper + 0.05 * float(action[0]), -1, 1))
        self.t += 1

        terminated, reward = False, 0.0
        if self.ball[0] <= -1.0:
            saved = abs(self.ball[1] - self.keeper) < 0.15
            reward = 1.0 if saved else -1.0
            terminated = True
        truncated = self.t >= self.episode_length
        return self._obs(mirror=False), reward, terminated, truncated, {}

    def _striker_push(self) -> float:
        if self._striker is None:
            return float(self.np_random.uniform(-1, 1))
        action, self._memory = self._striker.predict(
            self._obs(mirror=True),
            state=self._memory,
            episode_start=np.array([self._fresh]),
            deterministic=False,
        )
        self._fresh = False
        return float(action[0])

    def _obs(self, mirror: bool) -> np.ndarray:
        sign = -1.0 if mirror else 1.0
        noise = self.np_random.normal(0, 0.02, size=2)
        return np.array(
            [sign * self.ball[0] + noise[0], self.ball[1] + noise[1], self.keeper, self.t / self.episode_length],
            dtype=np.float32,
        )
