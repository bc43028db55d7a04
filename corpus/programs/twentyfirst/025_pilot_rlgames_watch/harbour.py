import gym
import numpy as np
from rl_games.common import env_configurations


class HarbourEnv(gym.Env):
    """Approach channel with a cross current, rudder and engine telegraph."""

    def __init__(self, current=0.35, length=1800.0):
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (7,), np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, (2,), np.float32)
        self.current = current
        self.length = length
        self.rng = np.random.default_rng()

    def reset(self):
        self.x, self.y = 0.0, self.rng.normal(0, 8.0)
        self.psi, self.r, self.u = 0.0, 0.0, 4.0
        self.t = 0
        return self._obs()

    def _obs(self):
        return np.array(
            [self.x / self.length, self.y / 50, self.psi, self.r, self.u / 6,
             np.sin(self.psi), np.cos(self.psi)], dtype=np.float32)

    def step(self, a):
        rudder, engine = float(a[0]), float(a[1])
        gust = self.rng.normal(0, 0.1)
        self.r += 0.05 * (0.4 * rudder - self.r)
        self.psi += self.r
        self.u += 0.02 * (4.0 + 2.0 * engine - self.u)
        self.x += self.u * np.cos(self.psi)
        self.y += self.u * np.sin(self.psi) + self.current + gust
        self.t += 1
        aground = abs(self.y) > 60
        done = aground or self.x >= self.length or self.t > 900
        reward = 0.01 * self.u - 0.002 * abs(self.y) - 50.0 * aground
        return self._obs(), reward, done, {"berthed": self.x >= self.length}


env_configurations.register("harbour", {
    "vecenv_type": "RAY",
    "env_creator": lambda **kw: HarbourEnv(**kw),
})
