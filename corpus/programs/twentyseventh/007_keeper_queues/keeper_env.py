import numpy as np


class PenaltyBox:
    """The keeper moves on the goal line (y in [-1, 1]); three shots make an episode.

    The ball position is seen with noise and the ball spins, so the path bends.
    """
    OBS, ACT = 4, 3

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.shots = 3
        self.keeper = 0.0
        self._shoot()
        return self._obs()

    def _shoot(self):
        self.ball = np.array([1.0, self.rng.uniform(-0.8, 0.8)])
        aim = self.rng.uniform(-0.9, 0.9)
        self.vel = np.array([-0.08, (aim - self.ball[1]) * 0.08])
        self.spin = self.rng.normal(0, 0.004)

    def _obs(self):
        seen = self.ball + self.rng.normal(0, 0.03, 2)
        return np.array([seen[0], seen[1], self.keeper, self.shots / 3], dtype=np.float32)

    def step(self, action):
        self.keeper = float(np.clip(self.keeper + 0.1 * (action - 1), -1, 1))
        self.vel[1] += self.spin
        self.ball += self.vel
        reward, done = 0.0, False
        if self.ball[0] <= 0:
            reward = 1.0 if abs(self.ball[1] - self.keeper) < 0.15 or abs(self.ball[1]) > 1 else -1.0
            self.shots -= 1
            done = self.shots == 0
            if not done:
                self._shoot()
        return self._obs(), reward, done
