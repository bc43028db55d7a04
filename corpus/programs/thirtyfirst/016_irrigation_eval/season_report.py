# %% season report: which of the saved irrigation policies to take to the field
import json
import os
from glob import glob

import numpy as np
from sb3_contrib import RecurrentPPO

from field import MaizeField

RUN = os.environ.get("RUN", "runs/maize_lstm")
SEEDS = range(500, 530)
CLIMATES = ["dry", "normal", "wet"]

# %% the newest one gives the architecture, the others only their parameters
paths = sorted(glob(os.path.join(RUN, "rl_model_*_steps.zip")), key=os.path.getmtime)
print(len(paths), "checkpoints in", RUN)
model = RecurrentPPO.load(paths[-1], device="cpu")


# %%
def seasons(model, climate):
    env = MaizeField(rain=climate)
    for seed in SEEDS:
        obs, _ = env.reset(seed=seed)
        memory, first, total = None, True, 0.0
        while True:
            action, memory = model.predict(obs, state=memory, episode_start=np.array([first]), deterministic=True)
            first = False
            obs, reward, terminated, truncated, info = env.step(action)
            total += reward
            if terminated or truncated:
                break
        yield total, info["used"], info["biomass"]


def quartiles(x):
    return [round(float(q), 3) for q in np.percentile(x, [25, 50, 75])]


# %%
report = {}
for path in paths:
    model.set_parameters(path, exact_match=True, device="cpu")
    name = os.path.basename(path)[:-4]
    report[name] = {}
    for climate in CLIMATES:
        total, used, biomass = map(np.array, zip(*seasons(model, climate)))
        report[name][climate] = {
            "return": quartiles(total),
            "water": quartiles(used),
            "biomass": quartiles(biomass),
            "per_water": round(float(biomass.mean() / max(used.mean(), 1e-6)), 3),
        }
    print(name, {c: v["return"][1] for c, v in report[name].items()})


# %% the fixed schedule of the extension service, to have something to hold it against
def schedule(climate, every=6, dose=2):
    env = MaizeField(rain=climate)
    out = []
    for seed in SEEDS:
        env.reset(seed=seed)
        total, done = 0.0, False
        while not done:
            _, r, _, done, info = env.step(dose if env.day % every == 0 else 0)
            total += r
        out.append((total, info["used"], info["biomass"]))
    return np.array(out)


baseline = {c: quartiles(schedule(c)[:, 0]) for c in CLIMATES}
print("schedule", {c: q[1] for c, q in baseline.items()})

# %% worst climate decides
best = max(report, key=lambda n: min(report[n][c]["return"][1] - baseline[c][1] for c in CLIMATES))
print("take", best)
with open(os.path.join(RUN, "season_report.json"), "w") as f:
    json.dump({"take": best, "policies": report, "schedule": baseline}, f, indent=2)
