"""Train a RecurrentPPO brewer and write a report of test brews.

    python train_and_test.py train --steps 500000
    python train_and_test.py test --brews 50
"""
import argparse
import csv
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.monitor import Monitor

from brewery import FermenterEnv

OUT = Path("runs/brewery")


def train(args):
    env = make_vec_env(FermenterEnv, n_envs=args.envs, seed=args.seed)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=256,
        learning_rate=3e-4,
        ent_coef=0.005,
        policy_kwargs={"lstm_hidden_size": 128, "n_lstm_layers": 1},
        seed=args.seed,
        verbose=1,
    )
    checkpoints = CheckpointCallback(save_freq=20_000, save_path=str(OUT / "checkpoints"))
    model.learn(total_timesteps=args.steps, callback=checkpoints)
    model.save(OUT / "brewer")


def brew(model, env, seed):
    obs, info = env.reset(seed=seed)
    total = 0.0
    temps = []
    done = False
    while not done:
        action, _ = model.predict(obs, deterministic=True)
        obs, reward, terminated, truncated, info = env.step(action)
        total += reward
        temps.append(float(obs[0]) * 5 + 18)
        done = terminated or truncated
    return {
        "seed": seed,
        "return": total,
        "gravity": info["gravity"],
        "ester": info["ester"],
        "mean_temp": float(np.mean(temps)),
    }


def test(args):
    model = RecurrentPPO.load(OUT / "brewer")
    env = Monitor(FermenterEnv())
    rows = [brew(model, env, seed) for seed in range(args.brews)]
    with open(OUT / "report.csv", "w", newline="") as f:
        writer = csv.DictWriter(f, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    returns = [r["return"] for r in rows]
    print(f"{len(rows)} brews: return {np.mean(returns):.2f} +- {np.std(returns):.2f}")
    print(f"final gravity {np.mean([r['gravity'] for r in rows]):.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    sub = parser.add_subparsers(required=True)
    t = sub.add_parser("train")
    t.add_argument("--steps", type=int, default=500_000)
    t.add_argument("--envs", type=int, default=8)
    t.add_argument("--seed", type=int, default=0)
    t.set_defaults(func=train)
    e = sub.add_parser("test")
    e.add_argument("--brews", type=int, default=50)
    e.set_defaults(func=test)
    args = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    args.func(args)


if __name__ == "__main__":
    main()
