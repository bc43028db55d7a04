"""Play a recurrent locomotion policy and keep up with a running training.

./isaaclab.sh -p scripts/play_live.py --task Isaac-Velocity-Rough-Go2-Mem-v0 --run 2025-02-11_go2_gru
"""

import argparse
import sys

from isaaclab.app import AppLauncher

parser = argparse.ArgumentParser(description="Live view of a training run.")
parser.add_argument("--task", type=str, required=True)
parser.add_argument("--num_envs", type=int, default=64)
parser.add_argument("--run", type=str, required=True)
parser.add_argument("--log_root", type=str, default="logs/rsl_rl/go2_mem")
parser.add_argument("--poll", type=int, default=250, help="look for a new model every so many steps")
AppLauncher.add_app_launcher_args(parser)
args_cli, rest = parser.parse_known_args()
sys.argv = [sys.argv[0]] + rest

app_launcher = AppLauncher(args_cli)
simulation_app = app_launcher.app

"""Rest follows once the simulator runs."""

import os
import re
import time

import gymnasium as gym
import torch
from isaaclab_rl.rsl_rl import RslRlVecEnvWrapper
from isaaclab_tasks.utils import parse_env_cfg
from rsl_rl.runners import OnPolicyRunner

AGENT_CFG = {
    "seed": 42,
    "num_steps_per_env": 24,
    "save_interval": 100,
    "empirical_normalization": False,
    "policy": {
        "class_name": "ActorCriticRecurrent",
        "init_noise_std": 1.0,
        "actor_hidden_dims": [256, 128],
        "critic_hidden_dims": [256, 128],
        "activation": "elu",
        "rnn_type": "gru",
        "rnn_hidden_dim": 256,
        "rnn_num_layers": 1,
    },
    "algorithm": {
        "class_name": "PPO",
        "value_loss_coef": 1.0,
        "use_clipped_value_loss": True,
        "clip_param": 0.2,
        "entropy_coef": 0.01,
        "num_learning_epochs": 5,
        "num_mini_batches": 4,
        "learning_rate": 1e-3,
        "schedule": "adaptive",
        "gamma": 0.99,
        "lam": 0.95,
        "desired_kl": 0.01,
        "max_grad_norm": 1.0,
    },
}


def newest_model(folder: str) -> str | None:
    names = [n for n in os.listdir(folder) if re.fullmatch(r"model_\d+\.pt", n)]
    if not names:
        return None
    return os.path.join(folder, max(names, key=lambda n: int(n[6:-3])))


def main() -> None:
    env_cfg = parse_env_cfg(args_cli.task, device=args_cli.device, num_envs=args_cli.num_envs)
    env = RslRlVecEnvWrapper(gym.make(args_cli.task, cfg=env_cfg))

    folder = os.path.abspath(os.path.join(args_cli.log_root, args_cli.run))
    runner = OnPolicyRunner(env, AGENT_CFG, log_dir=None, device=args_cli.device)
    shown = newest_model(folder)
    if shown is None:
        raise SystemExit(f"no model in {folder}")
    runner.load(shown, load_optimizer=False)
    print(f"[INFO] showing {shown}")
    policy = runner.get_inference_policy(device=env.unwrapped.device)

    obs = env.get_observations()
    dt = env.unwrapped.step_dt
    steps = 0
    while simulation_app.is_running():
        tic = time.time()
        with torch.inference_mode():
            actions = policy(obs)
            obs, _, dones, _ = env.step(actions)
            runner.alg.policy.reset(dones)
        steps += 1
        if steps % args_cli.poll == 0:
            latest = newest_model(folder)
            if latest != shown:
                runner.load(latest, load_optimizer=False)
                shown = latest
                print(f"[INFO] step {steps}: showing {shown}")
        time.sleep(max(0.0, dt - (time.time() - tic)))
    env.close()


if __name__ == "__main__":
    main()
    simulation_app.close()
