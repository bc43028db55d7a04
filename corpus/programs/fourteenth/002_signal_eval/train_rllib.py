import argparse
from pathlib import Path

import torch
from ray.rllib.algorithms.ppo import PPOConfig
from ray.tune.registry import register_env

from junction import Junction


def build_config():
    return (
        PPOConfig()
        .api_stack(enable_rl_module_and_learner=False, enable_env_runner_and_connector_v2=False)
        .environment("junction")
        .framework("torch")
        .training(lr=3e-4, gamma=0.99, model={"use_lstm": True, "lstm_cell_size": 64, "max_seq_len": 32})
    )


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", type=Path, default=Path("weights"))
    ap.add_argument("--iters", type=int, default=500)
    args = ap.parse_args()
    args.out.mkdir(exist_ok=True)

    register_env("junction", lambda cfg: Junction(cfg))
    algo = build_config().build()
    for i in range(args.iters):
        algo.train()
        if i % 5 == 0:
            torch.save(algo.get_policy().get_weights(), args.out / f"iter_{i:05d}.pt")


if __name__ == "__main__":
    main()
