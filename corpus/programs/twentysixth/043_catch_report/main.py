import csv
import sys

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from memory_catch import MemoryCatch


def train(visible, steps=400_000):
    env = make_vec_env(MemoryCatch, n_envs=8, env_kwargs={"visible": visible})
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=90,
        batch_size=180,
        learning_rate=5e-4,
        gamma=0.98,
        policy_kwargs={"lstm_hidden_size": 64, "n_lstm_layers": 1},
    )
    model.learn(total_timesteps=steps)
    model.save(f"catch_v{visible}")
    return model


def catch_rate(model, visible, balls=500):
    env = make_vec_env(MemoryCatch, n_envs=1, env_kwargs={"visible": visible})
    lstm_states = None
    episode_starts = np.ones((1,), dtype=bool)
    caught = 0
    finished = 0
    obs = env.reset()
    while finished < balls:
        action, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=True
        )
        obs, rewards, dones, _ = env.step(action)
        if dones[0]:
            finished += 1
            caught += rewards[0] > 0
    env.close()
    return caught / balls


def main():
    rows = []
    for visible in (1, 2, 3, 5, 9):
        model = train(visible)
        rate = catch_rate(model, visible)
        rows.append((visible, rate))
        print(f"visible rows {visible}: caught {rate:.1%}")
    out = sys.argv[1] if len(sys.argv) > 1 else "catch.csv"
    with open(out, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["visible", "rate"])
        w.writerows(rows)


if __name__ == "__main__":
    main()
