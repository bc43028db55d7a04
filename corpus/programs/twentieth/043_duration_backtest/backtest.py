import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from curve_env import DurationEnv

CSV = sys.argv[1] if len(sys.argv) > 1 else "bunds.csv"
SPLIT = "2019-01-01"

df = pd.read_csv(CSV, index_col=0, parse_dates=True).ffill().dropna()
train, test = df[df.index < SPLIT], df[df.index >= SPLIT]
print(len(train), "days to train,", len(test), "to test")

env = make_vec_env(DurationEnv, n_envs=8, env_kwargs={"yields": train.values, "window": 250})
model = RecurrentPPO("MlpLstmPolicy", env, n_steps=250, batch_size=500, gamma=0.97,
                     learning_rate=2e-4, policy_kwargs={"lstm_hidden_size": 64}, verbose=1)
model.learn(total_timesteps=800_000)
model.save("duration_ppo")

# out of sample
test_env = DurationEnv(test.values)
obs, _ = test_env.reset()
lstm_states = None
episode_starts = np.ones((1,), dtype=bool)
rets, durations = [], []
finished = False
while not finished:
    action, lstm_states = model.predict(obs, state=lstm_states, episode_start=episode_starts, deterministic=True)
    obs, reward, terminated, truncated, info = test_env.step(action)
    finished = terminated or truncated
    rets.append(info["ret"])
    durations.append(info["duration"])

out = pd.DataFrame({"ret": rets, "duration": durations}, index=test.index[:len(rets)])
dy = test.mean(axis=1).diff().shift(-1).iloc[:len(rets)]
out["benchmark"] = test.mean(axis=1).iloc[:len(rets)] / 250 - 5.0 * dy
out.to_csv("backtest.csv")

for col in ("ret", "benchmark"):
    sharpe = np.sqrt(250) * out[col].mean() / out[col].std()
    print(f"{col:10s} total {out[col].sum():8.2f}  sharpe {sharpe:5.2f}")

fig, (a, b) = plt.subplots(2, 1, sharex=True, figsize=(9, 6))
out[["ret", "benchmark"]].cumsum().plot(ax=a)
out["duration"].plot(ax=b, color="k", lw=0.8)
a.set_ylabel("%")
b.set_ylabel("duration (years)")
fig.savefig("backtest.png", dpi=120)
