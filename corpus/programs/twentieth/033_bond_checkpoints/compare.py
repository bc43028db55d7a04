# %% compare all checkpoints of a run on the last years
import glob
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from desk import BondDesk

RUN = "runs/curve_07"
CSV = "data/yields_test.csv"

# %%
venv = DummyVecEnv([lambda: BondDesk(CSV, random_start=False)])
venv = VecNormalize.load(f"{RUN}/vecnormalize.pkl", venv)
venv.training = False
venv.norm_reward = False

files = glob.glob(f"{RUN}/ckpt_*_steps.zip")
files = sorted(files, key=lambda f: int(re.search(r"_(\d+)_steps", f).group(1)))

# %%
curves = {}
rows = []
for f in files:
    model = RecurrentPPO.load(f, device="cpu")
    obs = venv.reset()
    state = None
    starts = np.ones((1,), dtype=bool)
    pnl, positions = [], []
    done = False
    while not done:
        action, state = model.predict(obs, state=state, episode_start=starts, deterministic=True)
        obs, reward, dones, infos = venv.step(action)
        starts = dones
        pnl.append(infos[0]["pnl"])
        positions.append(int(action[0]) - 1)
        done = dones[0]
    pnl = np.array(pnl)
    steps = int(re.search(r"_(\d+)_steps", f).group(1))
    curves[steps] = pnl.cumsum()
    rows.append({
        "steps": steps,
        "total": pnl.sum(),
        "sharpe": np.sqrt(250) * pnl.mean() / (pnl.std() + 1e-8),
        "drawdown": (np.maximum.accumulate(curves[steps]) - curves[steps]).max(),
        "trades": int((np.diff(positions) != 0).sum()),
        "long": np.mean(np.array(positions) == 1),
        "short": np.mean(np.array(positions) == -1),
    })

# %%
table = pd.DataFrame(rows).set_index("steps")
print(table.round(3).to_string())
table.to_csv(f"{RUN}/compare.csv")

# %%
best = table["sharpe"].idxmax()
fig, ax = plt.subplots(figsize=(9, 4))
for steps, c in curves.items():
    ax.plot(c, color="tab:red" if steps == best else "0.8", lw=2 if steps == best else 1,
            label=f"{steps}" if steps == best else None)
ax.set_xlabel("day")
ax.set_ylabel("P&L (bp)")
ax.legend()
fig.tight_layout()
fig.savefig(f"{RUN}/compare.png")
print("best checkpoint:", best)
