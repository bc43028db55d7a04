import argparse
import os

import torch

from quad_gym.env import QuadEnv
from quad_gym.modules import ActorCriticRecurrent
from quad_gym.runner import OnPolicyRunner

CFG = {
    "learning_rate": 1e-3, "num_steps_per_env": 24, "num_epochs": 4, "clip": 0.2,
    "gamma": 0.99, "lam": 0.95, "rollback_ratio": 0.6,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--num_envs", type=int, default=256)
    parser.add_argument("--max_iterations", type=int, default=1500)
    parser.add_argument("--log_dir", default="logs/quad")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    os.makedirs(args.log_dir, exist_ok=True)
    env = QuadEnv(args.num_envs)
    policy = ActorCriticRecurrent(env.num_obs, env.num_privileged, env.num_actions)
    runner = OnPolicyRunner(env, policy, CFG, args.log_dir)
    runner.learn(args.max_iterations)
    runner.save(os.path.join(args.log_dir, "model_final.pt"))
