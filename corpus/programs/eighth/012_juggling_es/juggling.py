"""One-handed juggling of two balls in a plane. The camera sees only the higher ball."""
import numpy as np


class Juggling:
    obs_size = 4
    act_size = 2

    def __init__(self, max_steps=400):
        self.max_steps = max_steps

    def reset(self, seed):
        self.rng = np.random.default_rng(seed)
        self.hand = 0.0
        self.balls = np.array([[0.0, 0.5, 0.0, 0.0], [0.1, 1.2, 0.0, 0.0]])
        self.balls[:, 0] += self.rng.normal(0, 0.03, 2)
        self.t = 0
        return self._observe()

    def _observe(self):
        ball = self.balls[self.balls[:, 1].argmax()]
        return np.array([self.hand, ball[0], ball[1], ball[3] / 5], dtype=np.float32)

    def step(self, action):
        move, throw = np.clip(action, -1, 1)
        self.hand += 0.05 * move
        self.balls[:, 3] -= 9.81 * 0.02
        self.balls[:, :2] += 0.02 * self.balls[:, 2:]
        reward = 0.01
        for ball in self.balls:
            if ball[1] <= 0.0 and abs(ball[0] - self.hand) < 0.12:
                ball[1] = 0.0
                ball[3] = 4.0 + throw
                ball[2] = self.rng.normal(0, 0.1)
                reward += 1.0
        self.t += 1
        dropped = bool((self.balls[:, 1] < -0.2).any())
        return self._observe(), reward, dropped or self.t >= self.max_steps
