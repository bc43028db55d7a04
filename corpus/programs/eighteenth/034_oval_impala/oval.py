import numpy as np


class OvalRace:
    """Oval with a rival car ahead that blocks; continuous steering and throttle."""

    def __init__(self, seed: int = 0, laps: int = 2):
        self.rng = np.random.default_rng(seed)
        self.goal = laps * 100.0

    def reset(self) -> np.ndarray:
        self.s, self.lane, self.v = 0.0, 0.0, 1.0
        self.rival_s, self.rival_lane = 8.0, 0.0
        self.mood = self.rng.choice([-1.0, 1.0])
        self.t = 0
        return self._obs()

    def _obs(self) -> np.ndarray:
        gap = self.rival_s - self.s
        visible = 0 < gap < 10
        return np.array([self.lane, self.v, np.sin(self.s * 0.0628), gap / 10 if visible else 1.0,
                         self.rival_lane if visible else 0.0], np.float32)

    def step(self, act: np.ndarray) -> tuple[np.ndarray, float, bool]:
        steer, throttle = np.clip(act, -1, 1)
        drag = 0.3 * abs(np.sin(self.s * 0.0628))
        self.v = float(np.clip(self.v + 0.1 * throttle - 0.05 * drag, 0.2, 2.0))
        self.lane = float(np.clip(self.lane + 0.15 * steer, -1, 1))
        self.s += self.v
        self.rival_s += 1.2
        self.rival_lane += 0.1 * (self.mood * self.lane - self.rival_lane)
        crash = abs(self.rival_s - self.s) < 0.8 and abs(self.rival_lane - self.lane) < 0.3
        self.t += 1
        done = crash or self.s >= self.goal or self.t >= 400
        return self._obs(), (-5.0 if crash else 0.1 * self.v), done
