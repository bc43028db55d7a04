"""
Show how the gait develops: play the checkpoints of one run, one after the other,
in the same simulation, and log the tracking statistics of each.
"""
import argparse
import re
from pathlib import Path

import torch
from rsl_rl.runners import OnPolicyRunner

from biped_env import BipedLineEnv

TRAIN_CFG = {
    "seed": 1,
    "num_steps_per_env": 24,
    "save_interval": 100,
    "empirical_normalization": False,
    "policy": {
        "class_name": "ActorCriticRecurrent",
        "init_noise_std": 1.0,
        "actor_hidden_dims": [128, 64],
        "critic_hidden_dims": [128, 64],
        "activation": "elu",
        "rnn_type": "lstm",
        "rnn_hidden_size": 128,
        "rnn_num_layers": 1,
    },
    "algorithm": {
        "class_name": "PPO",
        "value_loss_coef": 1.0,
        "use_clipped_value_loss": True,
        "clip_param": 0.2,
        "entropy_coef": 0.005,
        "num_learning_epochs": 5,
        "num_mini_batches": 4,
        "learning_rate": 1.0e-3,
        "schedule": "adaptive",
        "gamma": 0.99,
        "lam": 0.95,
        "desired_kl": 0.01,
        "max_grad_norm": 1.0,
    },
}


def iteration_of(path: Path) -> int:
    match = re.search(r"model_(\d+)\.pt", path.name)
    return int(match.group(1)) if match else -1


def play(runner, env, checkpoints, steps_per_checkpoint):
    obs, _ = env.reset()
    for checkpoint in checkpoints:
        runner.load(str(checkpoint), load_optimizer=False)
        policy = runner.get_inference_policy(device=env.device)

        reward_sum = torch.zeros((), device=env.device)
        falls = 0
        for _ in range(steps_per_checkpoint):
            with torch.inference_mode():
                actions = policy(obs)
                obs, rewards, dones, infos = env.step(actions)
                runner.alg.policy.reset(dones)
            reward_sum += rewards.mean()
            falls += infos["fallen"]
        print(
            f"iteration {iteration_of(checkpoint):6d}: "
            f"reward/step {reward_sum.item() / steps_per_checkpoint:7.3f}  falls {falls}"
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("--num-envs", type=int, default=64)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--every", type=int, default=1, help="take each n-th checkpoint")
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()

    checkpoints = sorted(args.run.glob("model_*.pt"), key=iteration_of)[:: args.every]
    if not checkpoints:
        raise SystemExit("no checkpoints found")
    env = BipedLineEnv(args.num_envs, device=args.device)
    runner = OnPolicyRunner(env, TRAIN_CFG, log_dir=None, device=args.device)
    play(runner, env, checkpoints, args.steps)


if __name__ == "__main__":
    main()
