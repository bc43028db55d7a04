import gymnasium as gym
import numpy as np


class SlotCar(gym.Env):
    """A slot car: the voltage is all there is to choose, a car too fast in a bend flies off.

    The observation has only the light barriers and the motor current, not the position.
    """

    def __init__(self, segments=24, laps=3):
        self.segments, self.laps = segments, laps
        self.observation_space = gym.spaces.Box(-10, 10, (3,), np.float32)
        self.action_space = gym.spaces.Discrete(6)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.bend = self.np_random.uniform(0, 1, self.segments)
        self.bend[self.np_random.random(self.segments) < 0.5] = 0.0
        self.pos = self.speed = 0.0
        self.t = 0
        return self._see(False), {}

    def _see(self, barrier):
        current = 1.5 - 0.4 * self.speed + self.np_random.normal(0, 0.05)
        return np.array([float(barrier), current, self.t / 500], np.float32)

    def step(self, action):
        self.t += 1
        before = int(self.pos)
        self.speed += 0.15 * (0.8 * int(action) - self.speed)
        self.pos += 0.2 * self.speed
        here = int(self.pos) % self.segments
        off = self.bend[here] * self.speed ** 2 > 5.0
        barrier = int(self.pos) > before and int(self.pos) % (self.segments // 4) == 0
        reward = 0.2 * self.speed - (20.0 if off else 0.0)
        finished = self.pos >= self.laps * self.segments
        return self._see(barrier), float(reward), bool(off or finished), self.t >= 500, {}
