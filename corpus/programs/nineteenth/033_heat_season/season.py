# Runs the DRQN controllers over one heating season. They were retrained each week on the weather
# until then (see retrain.sh), the folder has week_00, week_01, ...
import os

import numpy as np
import pandas as pd
import pfrl
import torch
from torch import nn

from network import SUPPLY, HeatNetwork

WEEKS = "checkpoints"
HOURS = 24 * 7

weather = pd.read_csv("weather_2023.csv")["t_out"].to_numpy()
env = HeatNetwork(weather)

q_func = pfrl.nn.RecurrentSequential(
    nn.Linear(5, 64),
    nn.ReLU(),
    nn.GRU(input_size=64, hidden_size=64),
    nn.Linear(64, len(SUPPLY)),
    pfrl.q_functions.DiscreteActionValueHead(),
)
agent = pfrl.agents.DoubleDQN(
    q_func,
    torch.optim.Adam(q_func.parameters(), lr=3e-4),
    pfrl.replay_buffers.EpisodicReplayBuffer(10**5),
    gamma=0.98,
    explorer=pfrl.explorers.Greedy(),
    replay_start_size=1000,
    target_update_interval=500,
    episodic_update_len=48,
    recurrent=True,
    gpu=-1,
)
agent.load(os.path.join(WEEKS, "week_00"))

rows = []
obs, _ = env.reset()
with agent.eval_mode():
    for hour in range(len(weather)):
        week, rest = divmod(hour, HOURS)
        if week > 0 and rest == 0:
            folder = os.path.join(WEEKS, f"week_{week:02d}")
            if os.path.isdir(folder):
                agent.load(folder)
                print("hour", hour, "controller", folder)
        action = agent.act(obs)
        obs, reward, done, truncated, info = env.step(action)
        agent.observe(obs, reward, done, truncated)
        rows.append((hour, week, SUPPLY[action], weather[hour], info["cold"], info["loss"], reward))
        if done or truncated:
            break

df = pd.DataFrame(rows, columns=["hour", "week", "supply", "t_out", "cold", "loss", "reward"])
df.to_csv("season.csv", index=False)
weekly = df.groupby("week")[["supply", "t_out", "cold", "loss", "reward"]].agg(
    {"supply": "mean", "t_out": "mean", "cold": "sum", "loss": "sum", "reward": "sum"}
)
print(weekly.round(2))

curve = np.interp(weather[: len(df)], [-15, 15], [SUPPLY[-1], SUPPLY[0]])
print("mean supply", df["supply"].mean().round(1), "of the old heating curve", curve.mean().round(1))
