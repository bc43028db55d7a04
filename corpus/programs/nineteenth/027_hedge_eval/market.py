import gymnasium as gym
import numpy as np
from gymnasium import spaces
from scipy.stats import norm


def bs_call(s, k, tau, vol):
    if tau <= 0:
        return max(s - k, 0.0), float(s > k)
    d1 = (np.log(s / k) + 0.5 * vol**2 * tau) / (vol * np.sqrt(tau))
    return s * norm.cdf(d1) - k * norm.cdf(d1 - vol * np.sqrt(tau)), norm.cdf(d1)


class ShortCallEnv(gym.Env):
    """Short one ATM call, Heston-like hidden variance, daily rebalancing, proportional costs."""

    def __init__(self, days=60, cost=0.001):
        self.days, self.cost = days, cost
        self.observation_space = spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.action_space = spaces.Box(0.0, 1.0, (1,), np.float32)

    def _obs(self):
        return np.array([np.log(self.s / 100.0), 1 - self.t / self.days, self.pos], np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.s, self.var, self.t, self.pos = 100.0, 0.04, 0, 0.0
        self.opt = bs_call(self.s, 100.0, self.days / 252, 0.2)[0]
        return self._obs(), {}

    def step(self, action):
        new_pos = float(np.clip(action[0], 0, 1))
        trade_cost = self.cost * abs(new_pos - self.pos) * self.s
        self.pos = new_pos
        z1, z2 = self.np_random.standard_normal(2)
        dt = 1 / 252
        ds = self.s * np.sqrt(self.var * dt) * z1
        self.var = abs(self.var + 3 * (0.04 - self.var) * dt + 0.5 * np.sqrt(self.var * dt) * (-0.7 * z1 + 0.71 * z2))
        self.s += ds
        self.t += 1
        new_opt = bs_call(self.s, 100.0, (self.days - self.t) / 252, 0.2)[0]
        pnl = self.pos * ds - (new_opt - self.opt) - trade_cost
        self.opt = new_opt
        reward = pnl - 0.5 * pnl**2
        return self._obs(), reward, self.t >= self.days, False, {"pnl": pnl}
