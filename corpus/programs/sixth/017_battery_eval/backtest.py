"""
Backtest of the battery agent on the held-out weeks.
Converted from backtest.ipynb
"""
# %%
import os

import gymnasium as gym
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from gymnasium import spaces
from sb3_contrib import RecurrentPPO

# %% the environment
CAP, POWER, ETA = 10.0, 2.5, 0.93


class Battery(gym.Env):
    def __init__(self, prices: np.ndarray, week: int = 168):
        super().__init__()
        self.prices, self.week = prices, week
        self.observation_space = spaces.Box(-10, 10, (4,), np.float32)
        self.action_space = spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        if options and "start" in options:
            self.i0 = options["start"]
        else:
            self.i0 = int(self.np_random.integers(0, len(self.prices) - self.week - 1))
        self.k, self.soc = 0, CAP / 2
        return self._obs(), {}

    def _obs(self):
        p = self.prices[self.i0 + self.k]
        h = (self.i0 + self.k) % 24
        return np.array([p / 50 - 1, self.soc / CAP, np.sin(h / 24 * 2 * np.pi), np.cos(h / 24 * 2 * np.pi)], np.float32)

    def step(self, a):
        p = self.prices[self.i0 + self.k]
        cash = 0.0
        if a == 1:
            e = min(POWER, (CAP - self.soc) / ETA)
            self.soc += e * ETA
            cash = -p * e
        elif a == 2:
            e = min(POWER, self.soc)
            self.soc -= e
            cash = p * e * ETA
        self.k += 1
        return self._obs(), cash / 100, False, self.k >= self.week, {"cash": cash}


# %% data
if os.path.exists("prices.csv"):
    prices = pd.read_csv("prices.csv")["eur_mwh"].to_numpy()
else:
    rng = np.random.default_rng(0)
    n = 24 * 365
    prices = 50 + 25 * np.sin(np.arange(n) / 24 * 2 * np.pi) + np.cumsum(rng.normal(0, 0.7, n))
cut = int(0.8 * len(prices))
train, test = prices[:cut], prices[cut:]

# %% agent
model = RecurrentPPO("MlpLstmPolicy", Battery(train), n_steps=168 * 4, batch_size=168, verbose=0)
if os.path.exists("battery_rppo.zip"):
    model.load("battery_rppo.zip")
else:
    model.learn(500_000)
    model.save("battery_rppo")

# %% run it over the test weeks
env = Battery(test)
weeks = []
for start in range(0, len(test) - 169, 168):
    obs, _ = env.reset(options={"start": start})
    lstm = None
    done, cash, socs = False, 0.0, []
    while not done:
        action, lstm = model.predict(obs, state=lstm, episode_start=np.ones((1,), dtype=bool), deterministic=True)
        obs, _, term, trunc, info = env.step(int(action))
        done = term or trunc
        cash += info["cash"]
        socs.append(env.soc)
    weeks.append({"start": start, "cash": cash, "mean_soc": np.mean(socs)})

# %%
df = pd.DataFrame(weeks)
print(df.describe())
df.plot(x="start", y="cash", kind="bar")
plt.tight_layout()
plt.savefig("backtest.png")
