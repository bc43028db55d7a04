from __future__ import annotations

from pathlib import Path

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO

MOVES = np.array([[0, 0], [0, 1], [0, -1], [1, 0], [-1, 0]])
SIZE = 12
SIGHT = 4


class TagEnv(gym.Env):
    """Chaser (the learner) against a runner that is a frozen former runner policy.

    A player only sees the other one within SIGHT cells.
    """

    def __init__(self, runner_dir: str, max_steps: int = 300, seed: int = 0):
        self.runner_dir = Path(runner_dir)
        self.max_steps = max_steps
        self.observation_space = spaces.Box(-1.0, 1.0, (5,), np.float32)
        self.action_space = spaces.Discrete(len(MOVES))
        self.rng = np.random.default_rng(seed)
        self.runner: RecurrentPPO | None = None
        self.runner_file: Path | None = None
        self.runner_lstm = None
        self.runner_start = np.ones((1,), dtype=bool)

    def _pick_runner(self) -> None:
        files = sorted(self.runner_dir.glob("*.zip"))
        if not files:
            self.runner = None
            return
        # mostly the newest, sometimes an older one
        chosen = files[-1] if self.rng.random() < 0.7 else files[self.rng.integers(len(files))]
        if chosen != self.runner_file:
            self.runner = RecurrentPPO.load(chosen, device="cpu")
            self.runner_file = chosen

    def _look(self, me: np.ndarray, other: np.ndarray) -> np.ndarray:
        diff = other - me
        seen = np.abs(diff).max() <= SIGHT
        rel = diff / SIGHT if seen else np.zeros(2)
        return np.concatenate([me / SIZE * 2 - 1, rel, [float(seen)]]).astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._pick_runner()
        self.runner_lstm = None
        self.runner_start = np.ones((1,), dtype=bool)
        self.chaser_pos = self.rng.integers(0, SIZE, 2)
        self.runner_pos = self.rng.integers(0, SIZE, 2)
        self.t = 0
        return self._look(self.chaser_pos, self.runner_pos), {}

    def _runner_move(self) -> int:
        if self.runner is None:
            return int(self.rng.integers(len(MOVES)))
        view = self._look(self.runner_pos, self.chaser_pos)
        action, self.runner_lstm = self.runner.predict(
            view, state=self.runner_lstm, episode_start=self.runner_start, deterministic=False
        )
        self.runner_start = np.zeros((1,), dtype=bool)
        return int(action)

    def step(self, action):
        escape = self._runner_move()
        self.chaser_pos = np.clip(self.chaser_pos + MOVES[int(action)], 0, SIZE - 1)
        self.runner_pos = np.clip(self.runner_pos + MOVES[escape], 0, SIZE - 1)
        self.t += 1
        caught = bool((self.chaser_pos == self.runner_pos).all())
        reward = 1.0 if caught else -0.005
        return self._look(self.chaser_pos, self.runner_pos), reward, caught, self.t >= self.max_steps, {}
