"""Two-player curling on a small sheet, seen from the learner's side."""
from typing import Optional

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO

STONES_PER_TEAM = 6
HOUSE_RADIUS = 1.83


class CurlingEnv(gym.Env):
    metadata = {"render_modes": []}

    def __init__(self, noise: float = 0.08):
        super().__init__()
        self.noise = noise
        size = STONES_PER_TEAM * 4 + 2
        self.observation_space = spaces.Box(-10.0, 10.0, shape=(size,), dtype=np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, shape=(3,), dtype=np.float32)
        self.opponent: Optional[RecurrentPPO] = None
        self.opponent_state = None
        self.opponent_start = np.ones((1,), dtype=bool)
        self.stones = {0: [], 1: []}

    def set_opponent(self, path: str) -> None:
        self.opponent = RecurrentPPO.load(path, device="cpu")

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.stones = {0: [], 1: []}
        self.opponent_state = None
        self.opponent_start = np.ones((1,), dtype=bool)
        self.wet_ice = self.np_random.uniform(-0.3, 0.3)
        return self._observe(0), {}

    def step(self, action):
        self._throw(0, action)
        self._throw(1, self._opponent_action())
        done = len(self.stones[1]) >= STONES_PER_TEAM
        reward = self._score() if done else 0.0
        return self._observe(0), reward, done, False, {}

    def _opponent_action(self):
        if self.opponent is None:
            return self.action_space.sample()
        action, self.opponent_state = self.opponent.predict(
            self._observe(1),
            state=self.opponent_state,
            episode_start=self.opponent_start,
            deterministic=False,
        )
        self.opponent_start = np.zeros((1,), dtype=bool)
        return action

    def _throw(self, team: int, action) -> None:
        aim, weight, curl = np.clip(action, -1.0, 1.0)
        x = 2.5 * aim + 0.6 * curl * np.sign(self.wet_ice + 1e-6)
        y = 3.0 * weight + self.wet_ice
        landing = np.array([x, y]) + self.np_random.normal(0.0, self.noise, 2)
        for side in (0, 1):
            for stone in self.stones[side]:
                gap = stone - landing
                distance = np.linalg.norm(gap)
                if distance < 0.3:
                    stone += gap / max(distance, 1e-3) * 0.5
        self.stones[team].append(landing)

    def _score(self) -> float:
        mine = sorted(np.linalg.norm(s) for s in self.stones[0])
        theirs = sorted(np.linalg.norm(s) for s in self.stones[1])
        if mine[0] < theirs[0]:
            return float(sum(d < min(theirs[0], HOUSE_RADIUS) for d in mine))
        return -float(sum(d < min(mine[0], HOUSE_RADIUS) for d in theirs))

    def _observe(self, side: int) -> np.ndarray:
        obs = np.zeros(self.observation_space.shape, dtype=np.float32)
        for block, team in enumerate((side, 1 - side)):
            for i, stone in enumerate(self.stones[team]):
                start = block * STONES_PER_TEAM * 2 + i * 2
                obs[start:start + 2] = stone
        obs[-2] = len(self.stones[side])
        obs[-1] = len(self.stones[1 - side])
        return np.clip(obs, -10.0, 10.0)
