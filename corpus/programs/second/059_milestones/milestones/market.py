import gymnasium as gym
import numpy as np


class MarketReplay(gym.Env):
    """Replays minute bars with one position in {-1, 0, 1}; costs are charged on turnover."""

    metadata = {"render_modes": []}

    def __init__(self, prices, window=8, fee=2e-4, episode_bars=480, random_start=True):
        super().__init__()
        self.prices = np.asarray(prices, dtype=np.float64)
        self.window = window
        self.fee = fee
        self.episode_bars = episode_bars
        self.random_start = random_start
        self.action_space = gym.spaces.Discrete(3)
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, shape=(window + 2,), dtype=np.float32)
        self.cursor = window
        self.begin = window
        self.position = 0
        self.equity = 1.0

    def _features(self):
        chunk = self.prices[self.cursor - self.window : self.cursor + 1]
        returns = np.diff(np.log(chunk)) * 100.0
        return np.concatenate([returns, [self.position, self.equity - 1.0]]).astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        last = len(self.prices) - self.episode_bars - 2
        if self.random_start and last > self.window:
            self.begin = int(self.np_random.integers(self.window, last))
        else:
            self.begin = self.window
        self.cursor = self.begin
        self.position = 0
        self.equity = 1.0
        return self._features(), {}

    def step(self, action):
        target = int(action) - 1
        turnover = abs(target - self.position)
        move = np.log(self.prices[self.cursor + 1] / self.prices[self.cursor])
        pnl = target * move - turnover * self.fee
        self.position = target
        self.equity *= float(np.exp(pnl))
        self.cursor += 1
        truncated = self.cursor - self.begin >= self.episode_bars
        terminated = self.equity < 0.7
        info = {"equity": self.equity, "turnover": turnover}
        return self._features(), float(pnl * 100.0), terminated, truncated, info


def synthetic_prices(n=20_000, seed=0, vol=6e-4):
    rng = np.random.default_rng(seed)
    regime = np.repeat(rng.choice([-1.0, 0.0, 1.0], size=n // 200 + 1), 200)[:n]
    steps = regime * 2e-5 + rng.normal(0.0, vol, size=n)
    return 100.0 * np.exp(np.cumsum(steps))
