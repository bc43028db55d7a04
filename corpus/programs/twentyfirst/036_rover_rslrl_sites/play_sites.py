"""Replays a recurrent rsl_rl policy on the glacier course. A different
checkpoint is used below the icefall (`--lower`) than above it (`--upper`)."""
import argparse

import torch
from rsl_rl.runners import OnPolicyRunner

from glacier_env import GlacierVecEnv

TRAIN_CFG = {
    "seed": 1,
    "runner_class_name": "OnPolicyRunner",
    "num_steps_per_env": 24,
    "save_interval": 100,
    "empirical_normalization": False,
    "policy": {
        "class_name": "ActorCriticRecurrent",
        "init_noise_std": 1.0,
        "actor_hidden_dims": [64],
        "critic_hidden_dims": [64],
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
        "learning_rate": 1e-3,
        "schedule": "adaptive",
        "gamma": 0.99,
        "lam": 0.95,
        "desired_kl": 0.01,
        "max_grad_norm": 1.0,
    },
}


def switch(runner, path, env):
    runner.load(path, load_optimizer=False)
    everyone = torch.ones(env.num_envs, dtype=torch.bool, device=env.device)
    with torch.inference_mode():
        runner.alg.actor_critic.reset(everyone)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--upper", required=True)
    ap.add_argument("--lower", required=True)
    ap.add_argument("--num-envs", type=int, default=64)
    ap.add_argument("--steps", type=int, default=3000)
    ap.add_argument("--device", default="cuda:0" if torch.cuda.is_available() else "cpu")
    a = ap.parse_args()

    env = GlacierVecEnv(a.num_envs, device=a.device)
    runner = OnPolicyRunner(env, TRAIN_CFG, log_dir=None, device=a.device)
    runner.load(a.upper, load_optimizer=False)
    policy = runner.get_inference_policy(device=a.device)

    site = "upper"
    cores = torch.zeros(a.num_envs, device=a.device)
    obs, _ = env.get_observations()
    for step in range(a.steps):
        with torch.inference_mode():
            actions = policy(obs)
            obs, rew, dones, extras = env.step(actions)
            runner.alg.actor_critic.reset(dones)
        cores += extras["cored"]

        want = "lower" if env.mean_altitude() < 2400.0 else "upper"
        if want != site:
            switch(runner, getattr(a, want), env)
            site = want
            print(f"step {step}: now on {site} policy")
    print("cores per rover:", cores.mean().item())


if __name__ == "__main__":
    main()
