import argparse
import os

import torch
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from vines import VineSeason


def parse():
    p = argparse.ArgumentParser()
    p.add_argument("--rounds", type=int, default=60)
    p.add_argument("--steps-per-round", type=int, default=20_000)
    p.add_argument("--envs", type=int, default=8)
    p.add_argument("--allowed-drop", type=float, default=1.5)
    p.add_argument("--out", default="runs/vines")
    p.add_argument("--seed", type=int, default=0)
    return p.parse_args()


def main():
    args = parse()
    os.makedirs(args.out, exist_ok=True)
    best_file = os.path.join(args.out, "best.zip")

    train_env = make_vec_env(VineSeason, n_envs=args.envs, seed=args.seed)
    test_env = make_vec_env(VineSeason, n_envs=4, seed=1000, env_kwargs={"dry": True})
    model = RecurrentPPO(
        "MlpLstmPolicy",
        train_env,
        n_steps=256,
        batch_size=256,
        learning_rate=3e-4,
        gamma=0.995,
        ent_coef=0.005,
        policy_kwargs={"lstm_hidden_size": 64, "net_arch": [64], "activation_fn": torch.nn.Tanh},
        seed=args.seed,
        verbose=0,
    )

    best = float("-inf")
    reverted = 0
    for rnd in range(args.rounds):
        model.learn(args.steps_per_round, reset_num_timesteps=True)
        mean, std = evaluate_policy(model, test_env, n_eval_episodes=40)
        line = f"round {rnd:3d}  dry season {mean:6.2f} +- {std:.2f}"
        if mean > best:
            best = mean
            model.save(best_file)
            line += "  saved"
        elif mean < best - args.allowed_drop:
            model.set_parameters(best_file)
            reverted += 1
            line += f"  reverted to {best:.2f}"
        print(line, flush=True)

    model.set_parameters(best_file)
    mean, std = evaluate_policy(model, test_env, n_eval_episodes=200)
    print(f"best model: {mean:.2f} +- {std:.2f}, reverted {reverted} times")


if __name__ == "__main__":
    main()
