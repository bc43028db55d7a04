import csv
import re
import sys
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from ward import DialysisEnv

N_ENVS = 16
N_PATIENTS = 320


def evaluate(model, vec_env):
    obs = vec_env.reset()
    lstm_states = None
    episode_starts = np.ones((vec_env.num_envs,), dtype=bool)
    returns = np.zeros(vec_env.num_envs)
    out = {"ret": [], "hypo": [], "excess": [], "k": []}
    while len(out["ret"]) < N_PATIENTS:
        action, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=True
        )
        obs, rewards, dones, infos = vec_env.step(action)
        returns += rewards
        for i in np.flatnonzero(dones):
            out["ret"].append(returns[i])
            out["hypo"].append(infos[i]["hypotension"])
            out["excess"].append(infos[i]["excess"])
            out["k"].append(infos[i]["k"])
            returns[i] = 0.0
    return {k: float(np.mean(v)) for k, v in out.items()}


def number(path):
    m = re.search(r"_(\d+)_steps", path.name)
    return int(m.group(1)) if m else -1


def main():
    run = Path(sys.argv[1])
    vec_env = make_vec_env(DialysisEnv, n_envs=N_ENVS, seed=12345)
    with open(run / "eval.csv", "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["steps", "return", "hypotension", "excess", "potassium"])
        for path in sorted((run / "checkpoints").glob("*.zip"), key=number):
            model = RecurrentPPO.load(path, device="cpu")
            res = evaluate(model, vec_env)
            w.writerow([number(path), res["ret"], res["hypo"], res["excess"], res["k"]])
            f.flush()
            print(f"{path.name}: return {res['ret']:.3f}  hypotension {100 * res['hypo']:.1f}%")


if __name__ == "__main__":
    main()
