import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO


class VolleySelfPlayEnv(gym.Env):
    """1v1 volleyball on a line. The right side is played by an older copy of the learner."""

    def __init__(self, max_steps=600, seed=None):
        self.observation_space = spaces.Box(-5, 5, (6,), np.float32)
        self.action_space = spaces.Discrete(4)  # stay, left, right, jump
        self.max_steps = max_steps
        self.rng = np.random.default_rng(seed)
        self.opponent = None
        self.opp_state = None
        self.opp_start = np.ones((1,), dtype=bool)

    def set_opponent(self, path):
        if self.opponent is None:
            self.opponent = RecurrentPPO.load(path, device="cpu")
        else:
            self.opponent.set_parameters(path, device="cpu")

    def _view(self, side):
        s = 1 if side == 0 else -1
        return np.array([s * self.ball[0], self.ball[1], s * self.vel[0], self.vel[1],
                         s * self.x[side], s * self.x[1 - side]], dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.ball = np.array([self.rng.uniform(-1, 1), 2.0])
        self.vel = np.array([self.rng.choice([-0.08, 0.08]), 0.0])
        self.x = np.array([-1.0, 1.0])
        self.jump = np.zeros(2)
        self.steps = 0
        self.opp_state = None
        self.opp_start = np.ones((1,), dtype=bool)
        return self._view(0), {}

    def _opponent_action(self):
        if self.opponent is None:
            return int(self.rng.integers(4))
        action, self.opp_state = self.opponent.predict(
            self._view(1)[None], state=self.opp_state, episode_start=self.opp_start)
        self.opp_start = np.zeros((1,), dtype=bool)
        return int(action[0])

    def step(self, action):
        acts = [int(action), self._opponent_action()]
        for i, a in enumerate(acts):
            sgn = 1 if i == 0 else -1
            if a in (1, 2):
                self.x[i] += sgn * (-0.1 if a == 1 else 0.1)
            self.jump[i] = 0.4 if a == 3 else max(0.0, self.jump[i] - 0.1)
        self.x[0] = np.clip(self.x[0], -2, -0.1)
        self.x[1] = np.clip(self.x[1], 0.1, 2)
        self.vel[1] -= 0.01
        self.ball += self.vel
        for i in range(2):
            if abs(self.ball[0] - self.x[i]) < 0.25 and self.ball[1] < 0.6 + self.jump[i]:
                self.vel = np.array([0.07 if i == 0 else -0.07, 0.16 + 0.1 * self.jump[i]])
        self.steps += 1
        done, reward = self.ball[1] <= 0, 0.0
        if done:
            reward = 1.0 if self.ball[0] > 0 else -1.0
        return self._view(0), reward, bool(done), self.steps >= self.max_steps, {}
