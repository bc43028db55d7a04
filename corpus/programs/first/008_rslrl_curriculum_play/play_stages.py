"""Watch the stages of training one after another in the same simulation."""
import argparse
import re
from pathlib import Path

import torch
from rsl_rl.runners import OnPolicyRunner

from my_tasks.registry import make_env

TRAIN_CFG = {
    "num_steps_per_env": 24,
    "save_interval": 50,
    "empirical_normalization": False,
    "policy": {
        "class_name": "ActorCriticRecurrent",
        "rnn_type": "lstm",
        "rnn_hidden_dim": 256,
        "rnn_num_layers": 1,
        "actor_hidden_dims": [128, 128],
        "critic_hidden_dims": [128, 128],
        "activation": "elu",
        "init_noise_std": 1.0,
    },
    "algorithm": {"class_name": "PPO", "num_learning_epochs": 5, "num_mini_batches": 4},
}


def stage_files(run):
    num = lambda p: int(re.search(r"model_(\d+)", p.name).group(1))
    return sorted(Path(run).glob("model_*.pt"), key=num)


@torch.inference_mode()
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--task", type=str, required=True)
    parser.add_argument("--run", type=str, required=True)
    parser.add_argument("--num_envs", type=int, default=32)
    parser.add_argument("--steps_per_stage", type=int, default=400)
    args = parser.parse_args()

    env = make_env(args.task, num_envs=args.num_envs, headless=False)
    runner = OnPolicyRunner(env, TRAIN_CFG, log_dir=None, device="cuda:0")
    files = stage_files(args.run)
    if not files:
        raise SystemExit(f"nothing in {args.run}")

    runner.load(str(files[0]))
    policy = runner.get_inference_policy(device="cuda:0")
    obs, _ = env.get_observations()
    stage, t = 0, 0
    while stage < len(files):
        actions = policy(obs)
        obs, _, dones, _ = env.step(actions)
        runner.alg.policy.reset(dones)
        t += 1
        if t == args.steps_per_stage:
            t = 0
            stage += 1
            if stage < len(files):
                print("stage", files[stage].name)
                runner.load(str(files[stage]))
    env.close()


if __name__ == "__main__":
    main()
