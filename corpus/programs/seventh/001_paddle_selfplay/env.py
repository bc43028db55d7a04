import numpy as np
import torch

from policy import PaddlePolicy


class PaddleDuelEnv:
    """Two paddles and a ball. The right paddle is played by a frozen copy of the policy."""

    POINTS_TO_WIN = 11

    def __init__(self, seed: int = 0):
        self.rng = np.random.default_rng(seed)
        self.opponent = PaddlePolicy()
        self.opponent.eval()
        self.opponent_hidden = None
        self.left = self.right = 0.5
        self.ball = np.zeros(2)
        self.vel = np.zeros(2)
        self.score = [0, 0]

    def set_opponent(self, weights):
        self.opponent.load_state_dict(weights)

    def reset(self):
        self.left = self.right = 0.5
        self.score = [0, 0]
        self.opponent_hidden = self.opponent.initial_hidden()
        self._serve()
        return self._observe(left=True)

    def _serve(self):
        self.ball = np.array([0.5, self.rng.uniform(0.2, 0.8)])
        self.vel = np.array([self.rng.choice([-0.02, 0.02]), self.rng.uniform(-0.02, 0.02)])

    def _observe(self, left):
        x = self.ball[0] if left else 1.0 - self.ball[0]
        vx = self.vel[0] if left else -self.vel[0]
        mine, other = (self.left, self.right) if left else (self.right, self.left)
        return np.array([x, self.ball[1], vx * 20, self.vel[1] * 20, mine, other], dtype=np.float32)

    @torch.no_grad()
    def _opponent_action(self):
        obs = torch.from_numpy(self._observe(left=False)).unsqueeze(0)
        dist, _, self.opponent_hidden = self.opponent(obs, self.opponent_hidden)
        return int(dist.sample().item())

    def step(self, action: int):
        opp_action = self._opponent_action()
        self.left = float(np.clip(self.left + (action - 1) * 0.04, 0, 1))
        self.right = float(np.clip(self.right + (opp_action - 1) * 0.04, 0, 1))
        self.ball += self.vel
        if self.ball[1] <= 0 or self.ball[1] >= 1:
            self.vel[1] *= -1

        reward = 0.0
        if self.ball[0] <= 0:
            if abs(self.ball[1] - self.left) < 0.12:
                self.vel[0] *= -1
            else:
                reward = -1.0
                self.score[1] += 1
                self._serve()
        elif self.ball[0] >= 1:
            if abs(self.ball[1] - self.right) < 0.12:
                self.vel[0] *= -1
            else:
                reward = 1.0
                self.score[0] += 1
                self._serve()
        done = max(self.score) >= self.POINTS_TO_WIN
        return self._observe(left=True), reward, done
