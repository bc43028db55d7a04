from __future__ import annotations

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO


class Serve(gym.Env):
    """Stands in where only the spaces are needed."""

    observation_space = spaces.Box(-2, 2, (5,), np.float32)
    action_space = spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return np.zeros(5, dtype=np.float32), {}

    def step(self, action):
        return np.zeros(5, dtype=np.float32), 0.0, True, False, {}


class Match(gym.Env):
    """One rally after another to three points; the ball spins and spin can't be seen."""

    observation_space = Serve.observation_space
    action_space = Serve.action_space

    def __init__(self) -> None:
        self.opponent = RecurrentPPO("MlpLstmPolicy", Serve(), device="cpu", policy_kwargs=dict(lstm_hidden_size=32))
        self._forget()

    def _forget(self) -> None:
        self.opp_states = None
        self.opp_start = np.ones((1,), dtype=bool)

    def set_opponent(self, params: dict) -> None:
        self.opponent.set_parameters(params, device="cpu")
        self._forget()

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.score, self.t = [0, 0], 0
        self.pads = np.zeros(2)
        self._new_ball()
        self._forget()
        return self._view(0), {}

    def _new_ball(self) -> None:
        self.ball = np.array([0.0, 0.0])
        side = 1 if self.np_random.random() < 0.5 else -1
        self.vel = np.array([0.08 * side, self.np_random.uniform(-0.05, 0.05)])
        self.spin = self.np_random.normal(0, 0.004)

    def _view(self, who: int) -> np.ndarray:
        sign = 1 if who == 0 else -1
        x, vx = sign * self.ball[0], sign * self.vel[0]
        return np.array([x, self.ball[1], vx * 10, self.pads[who], self.pads[1 - who]], dtype=np.float32)

    def _theirs(self) -> int:
        action, self.opp_states = self.opponent.predict(
            self._view(1)[None], state=self.opp_states, episode_start=self.opp_start
        )
        self.opp_start = np.zeros((1,), dtype=bool)
        return int(action[0])

    def step(self, action):
        for who, a in ((0, int(action)), (1, self._theirs())):
            self.pads[who] = np.clip(self.pads[who] + (a - 1) * 0.08, -1, 1)
        self.vel[1] += self.spin
        self.ball = self.ball + self.vel
        if abs(self.ball[1]) > 1:
            self.vel[1] *= -1
        reward = 0.0
        if abs(self.ball[0]) >= 1:
            who = 1 if self.ball[0] > 0 else 0
            if abs(self.ball[1] - self.pads[who]) < 0.2:
                self.vel[0] *= -1.03
                self.spin = self.np_random.normal(0, 0.004)
            else:
                self.score[1 - who] += 1
                reward = 1.0 if who == 1 else -1.0
                self._new_ball()
        self.t += 1
        return self._view(0), reward, max(self.score) >= 3, self.t >= 2000, {"score": tuple(self.score)}
