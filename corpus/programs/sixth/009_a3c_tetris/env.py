import gymnasium as gym
import numpy as np
from gymnasium.wrappers import GrayscaleObservation, ResizeObservation


def make(name, seed):
    e = gym.make(name, frameskip=4)
    e = GrayscaleObservation(e)
    e = ResizeObservation(e, (80, 80))
    e.action_space.seed(seed)
    return e


class RunningNorm:
    """逐步更新均值和方差"""

    def __init__(self, decay=0.9999):
        self.m, self.s, self.a, self.n = 0.0, 0.0, decay, 0

    def __call__(self, o):
        o = np.asarray(o, np.float32)
        self.n += 1
        self.m = self.a * self.m + (1 - self.a) * o.mean()
        self.s = self.a * self.s + (1 - self.a) * o.std()
        k = 1 - self.a ** self.n
        return (o - self.m / k) / (self.s / k + 1e-8)
