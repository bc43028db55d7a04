from __future__ import annotations

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO


class AirHockeyTable(gym.Env):
    """One learner (bottom side) against a frozen earlier self (top side)."""

    DT = 0.05
    MAX_STEPS = 600

    def __init__(self, goal_width: float = 0.4):
        self.goal_width = goal_width
        self.observation_space = gym.spaces.Box(-5, 5, (8,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (2,), np.float32)
        self.rival: RecurrentPPO | None = None
        self._queued_rival: str | None = None

    # called through VecEnv.env_method by the training callback
    def queue_rival(self, path: str) -> None:
        """The new rival takes the table at the next face-off, never in mid-game."""
        self._queued_rival = path

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        super().reset(seed=seed)
        if self._queued_rival is not None:
            self.rival = RecurrentPPO.load(self._queued_rival, device="cpu")
            self._queued_rival = None
        self.rival_memory = None
        self.rival_fresh = True
        self.steps = 0
        self.puck = np.zeros(2)
        self.velocity = self.np_random.uniform(-1, 1, 2)
        self.mallets = [np.array([0.0, -0.8]), np.array([0.0, 0.8])]
        return self._view(0), {}

    def step(self, action):
        self._move(0, np.asarray(action))
        self._move(1, self._rival_move())
        self._slide()
        self.steps += 1
        scored = abs(self.puck[1]) > 1.0 and abs(self.puck[0]) < self.goal_width / 2
        reward = 0.0
        if scored:
            reward = 1.0 if self.puck[1] > 0 else -1.0
        elif abs(self.puck[1]) > 1.0:
            self.velocity[1] *= -1
            self.puck[1] = np.clip(self.puck[1], -1, 1)
        return self._view(0), reward, bool(scored), self.steps >= self.MAX_STEPS, {}

    def _rival_move(self) -> np.ndarray:
        if self.rival is None:
            return np.array([np.clip(4 * (-self.puck[0] + self.mallets[1][0]), -1, 1), 0.0])
        move, self.rival_memory = self.rival.predict(
            self._view(1),
            state=self.rival_memory,
            episode_start=np.array([self.rival_fresh]),
        )
        self.rival_fresh = False
        return move

    def _move(self, side: int, move: np.ndarray) -> None:
        sign = 1.0 if side == 0 else -1.0
        mallet = self.mallets[side] + sign * 1.5 * self.DT * np.clip(move, -1, 1)
        low, high = (-1.0, -0.05) if side == 0 else (0.05, 1.0)
        self.mallets[side] = np.array([np.clip(mallet[0], -0.5, 0.5), np.clip(mallet[1], low, high)])

    def _slide(self) -> None:
        for mallet in self.mallets:
            gap = self.puck - mallet
            distance = float(np.linalg.norm(gap))
            if distance < 0.1:
                self.velocity = 1.2 * gap / max(distance, 1e-3)
        self.puck = self.puck + self.DT * self.velocity
        if abs(self.puck[0]) > 0.5:
            self.velocity[0] *= -1
            self.puck[0] = np.clip(self.puck[0], -0.5, 0.5)
        self.velocity *= 0.995

    def _view(self, side: int) -> np.ndarray:
        sign = 1.0 if side == 0 else -1.0
        parts = [self.puck, self.velocity, self.mallets[side], self.mallets[1 - side]]
        return (sign * np.concatenate(parts)).astype(np.float32)
