from __future__ import annotations

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO


class TugOfWar(gym.Env):
    """Pull, hold or rest. Nobody sees the other team's strength left."""

    def __init__(self, max_steps: int = 150) -> None:
        self.observation_space = spaces.Box(-2, 2, (3,), np.float32)
        self.action_space = spaces.Discrete(3)
        self.max_steps = max_steps
        self.opponent: RecurrentPPO | None = None
        self.next_weights: dict | None = None
        self.lstm = None
        self.first = np.array([True])

    def challenge(self, weights: dict) -> None:
        self.next_weights = weights

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        if self.next_weights is not None:
            if self.opponent is None:
                self.opponent = RecurrentPPO("MlpLstmPolicy", TugOfWar(), device="cpu")
            self.opponent.policy.load_state_dict(self.next_weights)
            self.next_weights = None
        self.lstm, self.first = None, np.array([True])
        self.n, self.rope, self.speed = 0, 0.0, 0.0
        self.strength = [1.0, 1.0]
        return self._side(0), {}

    def _side(self, i: int) -> np.ndarray:
        s = 1 if i == 0 else -1
        return np.array([s * self.rope, s * self.speed * 10, self.strength[i]], np.float32)

    def _force(self, i: int, action: int) -> float:
        use, gain = ((0.03, 1.0), (0.005, 0.4), (-0.03, 0.1))[action]
        self.strength[i] = float(np.clip(self.strength[i] - use, 0, 1))
        return gain * (0.2 + 0.8 * self.strength[i])

    def _their_action(self) -> int:
        if self.opponent is None:
            return int(self.np_random.integers(3))
        a, self.lstm = self.opponent.predict(self._side(1)[None], state=self.lstm, episode_start=self.first)
        self.first = np.array([False])
        return int(a[0])

    def step(self, action):
        self.n += 1
        theirs = self._their_action()
        self.speed = 0.7 * self.speed + 0.02 * (self._force(0, int(action)) - self._force(1, theirs))
        self.rope += self.speed
        won = abs(self.rope) >= 1
        reward = float(np.sign(self.rope)) if won else 0.0
        return self._side(0), reward, won, self.n >= self.max_steps, {}
