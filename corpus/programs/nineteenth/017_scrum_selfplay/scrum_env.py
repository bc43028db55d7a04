import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO


class ScrumEnv(gym.Env):
    """Two packs push against one another, wheel or rest; forty scrums make a match. The other pack is
    played by an older version of ours (or at random in the beginning)."""

    ACTIONS = ("push", "wheel_left", "wheel_right", "rest")

    def __init__(self, scrums=40, ticks=25):
        super().__init__()
        self.scrums, self.ticks = scrums, ticks
        self.observation_space = spaces.Box(-1, 1, (6,), np.float32)
        self.action_space = spaces.Discrete(4)
        self.opponent = None
        self.opp_lstm = None
        self.opp_start = np.ones((1,), dtype=bool)

    def set_opponent(self, path):
        self.opponent = RecurrentPPO.load(path, device="cpu")

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.done_scrums = 0
        self.energy = np.ones(2)
        self.points = np.zeros(2)
        self.opp_lstm = None
        self.opp_start = np.ones((1,), dtype=bool)
        self._form()
        return self._obs(0), {}

    def _form(self):
        self.tick = 0
        self.pos, self.angle = 0.0, 0.0

    def _obs(self, side):
        s = 1 if side == 0 else -1
        lead = np.tanh((self.points[side] - self.points[1 - side]) / 5)
        return np.array([s * self.pos / 5, s * self.angle, self.energy[side], self.tick / self.ticks,
                         self.done_scrums / self.scrums, lead], dtype=np.float32).clip(-1, 1)

    def _opponent_action(self):
        if self.opponent is None:
            return int(self.np_random.integers(4))
        action, self.opp_lstm = self.opponent.predict(
            self._obs(1), state=self.opp_lstm, episode_start=self.opp_start, deterministic=False
        )
        self.opp_start = np.zeros((1,), dtype=bool)
        return int(action)

    def step(self, action):
        acts = (int(action), self._opponent_action())
        force = np.zeros(2)
        for side, a in enumerate(acts):
            if a == 0:
                force[side] = self.energy[side]
                self.energy[side] -= 0.02
            elif a == 3:
                self.energy[side] += 0.03
            else:
                self.angle += (0.15 if a == 1 else -0.15) * (1 if side == 0 else -1)
        self.energy = self.energy.clip(0.2, 1.0)
        self.pos += (force[0] - force[1]) * np.cos(self.angle)
        self.tick += 1
        reward = 0.0
        if abs(self.pos) >= 5 or abs(self.angle) > 1 or self.tick >= self.ticks:
            if abs(self.pos) >= 1:
                winner = 0 if self.pos > 0 else 1
                self.points[winner] += 1
                reward = 1.0 if winner == 0 else -1.0
            self.done_scrums += 1
            self._form()
        return self._obs(0), reward, False, self.done_scrums >= self.scrums, {}
