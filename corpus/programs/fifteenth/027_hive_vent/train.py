import os
import numpy as np
import gymnasium as gym
from gymnasium.spaces import Box
from sb3_contrib import RecurrentPPO


class HiveEnv(gym.Env):
    observation_space = Box(-10, 10, (7,), np.float32)
    action_space = Box(0, 1, (2,), np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.T, self.H, self.C, self.k = 34.0, 60.0, 0.8, 0
        self.brood = self.np_random.uniform(0.5, 1.5)
        return self.obs(), {}

    def obs(self):
        day = 2 * np.pi * (self.k % 2880) / 2880
        self.out = 15 + 8 * np.sin(day - 2)
        hz = 230 + 20 * max(0, self.T - 35)
        return np.array([(self.T - 35) / 3, (self.H - 60) / 20, self.C - 1, (self.out - 15) / 10,
                         (hz - 250) / 50, np.sin(day), np.cos(day)], np.float32)

    def step(self, a):
        flow = a[0] * (0.2 + a[1])
        self.T += 0.02 * self.brood * (36 - self.T) + 0.03 * flow * (self.out - self.T)
        self.H += 0.05 - 0.2 * flow
        self.C += 0.01 * self.brood - 0.05 * flow * self.C
        self.k += 1
        r = -abs(self.T - 34.8) - 0.02 * abs(self.H - 60) - max(0, self.C - 2) - 0.1 * a[1]
        return self.obs(), float(r), False, self.k >= 5760, {}


if __name__ == "__main__":
    m = RecurrentPPO("MlpLstmPolicy", HiveEnv(), n_steps=512, verbose=1)
    m.learn(400_000)
    m.save("/srv/hive/vent.new.zip")
    os.replace("/srv/hive/vent.new.zip", "/srv/hive/vent.zip")
