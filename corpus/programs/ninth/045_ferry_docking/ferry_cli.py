"""Train, continue or test the docking pilot.

    python ferry_cli.py train --steps 500000 --model pilot.zip
    python ferry_cli.py train --steps 200000 --model pilot2.zip --resume pilot.zip
    python ferry_cli.py test --model pilot2.zip --episodes 20
"""
import argparse

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from ferry import FerryEnv


def train(args):
    env = make_vec_env(FerryEnv, n_envs=args.n_envs)
    if args.resume:
        model = RecurrentPPO.load(args.resume, env=env, device=args.device)
        model.learning_rate = args.lr
        model._setup_lr_schedule()
    else:
        model = RecurrentPPO(
            "MlpLstmPolicy",
            env,
            learning_rate=args.lr,
            n_steps=128,
            batch_size=128,
            n_epochs=5,
            policy_kwargs={"lstm_hidden_size": 128, "shared_lstm": True, "enable_critic_lstm": False},
            device=args.device,
            verbose=1,
        )
    model.learn(args.steps, reset_num_timesteps=not args.resume)
    model.save(args.model)


def test(args):
    env = FerryEnv()
    model = RecurrentPPO.load(args.model, device=args.device)
    returns, docked = [], 0
    for ep in range(args.episodes):
        obs, _ = env.reset(seed=1000 + ep)
        lstm_states = None
        episode_start = np.ones((1,), dtype=bool)
        total, over = 0.0, False
        while not over:
            action, lstm_states = model.predict(
                obs, state=lstm_states, episode_start=episode_start, deterministic=True
            )
            obs, reward, terminated, truncated, info = env.step(action)
            over = terminated or truncated
            episode_start = np.array([over])
            total += reward
        docked += info["docked"]
        returns.append(total)
        print(f"crossing {ep}: {total:.2f} {'docked' if info['docked'] else 'drifted off'}")
    print(f"mean {np.mean(returns):.2f} +- {np.std(returns):.2f}, docked {docked}/{args.episodes}")


def main():
    ap = argparse.ArgumentParser()
    sub = ap.add_subparsers(dest="cmd", required=True)
    t = sub.add_parser("train")
    t.add_argument("--steps", type=int, default=500_000)
    t.add_argument("--n-envs", type=int, default=8)
    t.add_argument("--lr", type=float, default=3e-4)
    t.add_argument("--resume")
    e = sub.add_parser("test")
    e.add_argument("--episodes", type=int, default=20)
    for p in (t, e):
        p.add_argument("--model", default="pilot.zip")
        p.add_argument("--device", default="auto")
    args = ap.parse_args()
    {"train": train, "test": test}[args.cmd](args)


if __name__ == "__main__":
    main()
