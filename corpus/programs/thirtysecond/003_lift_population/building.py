import gymnasium as gym
import numpy as np


class ElevatorBank(gym.Env):
    """Two cars, ten floors. The buttons in the hall tell up or down, but not how many wait."""

    FLOORS = 10

    def __init__(self, rate=0.25, length=600):
        self.rate, self.length = rate, length
        self.observation_space = gym.spaces.Box(0.0, 1.0, (2 + 2 * self.FLOORS,), np.float32)
        self.action_space = gym.spaces.MultiDiscrete([3, 3])

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.clock = 0
        self.car = np.zeros(2, dtype=int)
        self.load = [[], []]
        self.hall = [[] for _ in range(self.FLOORS)]
        return self._obs(), {}

    def _obs(self):
        lamps = np.array([float(len(q) > 0) for q in self.hall])
        inside = np.zeros(self.FLOORS)
        for cabin in self.load:
            for dest in cabin:
                inside[dest] = 1.0
        return np.concatenate([self.car / (self.FLOORS - 1), lamps, inside]).astype(np.float32)

    def step(self, action):
        if self.np_random.random() < self.rate:
            a, b = self.np_random.choice(self.FLOORS, 2, replace=False)
            self.hall[a].append(int(b))
        out = 0
        for k, move in enumerate(action):
            if move == 2:
                f = self.car[k]
                out += sum(d == f for d in self.load[k])
                self.load[k] = [d for d in self.load[k] if d != f]
                room = 8 - len(self.load[k])
                self.load[k] += self.hall[f][:room]
                self.hall[f] = self.hall[f][room:]
            else:
                self.car[k] = np.clip(self.car[k] + (1 if move else -1), 0, self.FLOORS - 1)
        waiting = sum(map(len, self.hall)) + 0.5 * sum(map(len, self.load))
        self.clock += 1
        return self._obs(), out - 0.02 * waiting, False, self.clock >= self.length, {}
