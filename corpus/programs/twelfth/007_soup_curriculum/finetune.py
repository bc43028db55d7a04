"""Curriculum over corridor lengths; each stage starts from the mean of the last checkpoints of the stage before."""
import argparse
import re
from pathlib import Path

import torch as th
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.save_util import load_from_zip_file

from walls import TwoDoorCorridor

STAGES = [
    {"length": 4, "noise": 0.0},
    {"length": 8, "noise": 0.0},
    {"length": 12, "noise": 0.05},
    {"length": 20, "noise": 0.1},
]


def make_env(stage, n_envs, seed):
    return make_vec_env(TwoDoorCorridor, n_envs=n_envs, seed=seed, env_kwargs=stage)


def newest_zips(folder, k):
    def steps(p):
        return int(re.search(r"_(\d+)_steps", p.name).group(1))
    return sorted(Path(folder).glob("*_steps.zip"), key=steps)[-k:]


def average_policies(zips):
    total = None
    for path in zips:
        _, params, _ = load_from_zip_file(path, device="cpu", load_data=False)
        weights = params["policy"]
        if total is None:
            total = {k: v.clone() for k, v in weights.items()}
        else:
            for k, v in weights.items():
                total[k] += v
    return {k: v / len(zips) for k, v in total.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=200_000)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--soup", type=int, default=4)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--out", default="soup_runs")
    args = parser.parse_args()

    model = RecurrentPPO(
        "MlpLstmPolicy",
        make_env(STAGES[0], args.n_envs, args.seed),
        n_steps=128,
        batch_size=256,
        ent_coef=0.01,
        policy_kwargs=dict(lstm_hidden_size=64),
        seed=args.seed,
        verbose=0,
    )

    for i, stage in enumerate(STAGES):
        folder = Path(args.out) / f"stage_{i}"
        if i > 0:
            zips = newest_zips(Path(args.out) / f"stage_{i - 1}", args.soup)
            soup = average_policies(zips)
            model.set_env(make_env(stage, args.n_envs, args.seed + i))
            model.set_parameters({"policy": soup}, exact_match=False)
            print(f"stage {i}: starting from {[z.name for z in zips]}")

        saver = CheckpointCallback(
            save_freq=max(args.steps // (10 * args.n_envs), 1),
            save_path=str(folder),
            name_prefix="corridor",
        )
        model.learn(total_timesteps=args.steps, callback=saver, reset_num_timesteps=True)

        test_env = make_env(stage, 1, 1000 + i)
        mean, std = evaluate_policy(model, test_env, n_eval_episodes=50, deterministic=True)
        print(f"stage {i} {stage}: {mean:.2f} +- {std:.2f}")

    with th.no_grad():
        norm = sum(p.norm() for p in model.policy.parameters())
    print(f"weight norm {norm:.1f}")
    model.save(Path(args.out) / "corridor_final")


if __name__ == "__main__":
    main()
