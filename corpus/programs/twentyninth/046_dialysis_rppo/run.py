import sys
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from callbacks import Warmstarts
from dialysis import Dialysis


def crashes(model, n_envs=16, steps=4800):
    venv = DummyVecEnv([Dialysis] * n_envs)
    obs = venv.reset()
    lstm, starts, n, sessions = None, np.ones(n_envs, dtype=bool), 0, 0
    for _ in range(steps // n_envs):
        act, lstm = model.predict(obs, state=lstm, episode_start=starts, deterministic=True)
        obs, _, starts, infos = venv.step(act)
        sessions += int(starts.sum())
        n += sum(bool(d) and not i.get("TimeLimit.truncated", False) for d, i in zip(starts, infos))
    return n / max(1, sessions)


def main(inbox, total=1_500_000):
    inbox = Path(inbox)
    inbox.mkdir(parents=True, exist_ok=True)
    venv = VecMonitor(DummyVecEnv([Dialysis] * 8))
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=128, gamma=0.995, ent_coef=0.005, verbose=1)
    model.learn(total_timesteps=total, callback=Warmstarts(inbox))
    model.save("dialysis_rppo")
    print(f"share of sessions with a crash: {crashes(model):.3f}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "inbox")
