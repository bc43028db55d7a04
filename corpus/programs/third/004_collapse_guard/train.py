import argparse
import random

import numpy as np
import torch
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CallbackList, CheckpointCallback, EvalCallback
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv, VecMonitor, VecNormalize

from envs import make
from guard import CollapseGuard


def build_env(args, n, training=True):
    cls = SubprocVecEnv if n > 1 else DummyVecEnv
    venv = VecMonitor(cls([make(args.env, args.n_pos, args.delayed) for _ in range(n)]))
    return VecNormalize(venv, training=training, norm_reward=training)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--env", default="Hopper-v5")
    parser.add_argument("--n-pos", type=int, default=5)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--delayed", action="store_true")
    parser.add_argument("--steps", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", default=None)
    parser.add_argument("--dir", default="out")
    args = parser.parse_args()

    random.seed(args.seed)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    env = build_env(args, args.n_envs)
    eval_env = build_env(args, 1, training=False)

    if args.resume:
        model = RecurrentPPO.load(args.resume, env=env)
    else:
        model = RecurrentPPO(
            "MlpLstmPolicy",
            env,
            n_steps=512,
            batch_size=256,
            gae_lambda=0.9,
            ent_coef=1e-3,
            max_grad_norm=0.5,
            policy_kwargs=dict(lstm_hidden_size=64, shared_lstm=False, enable_critic_lstm=True),
            seed=args.seed,
            verbose=1,
        )

    callbacks = CallbackList(
        [
            CheckpointCallback(100_000, os_path := f"{args.dir}/ckpt", save_vecnormalize=True),
            EvalCallback(eval_env, eval_freq=20_000, best_model_save_path=f"{args.dir}/eval"),
            CollapseGuard(args.dir),
        ]
    )
    print("checkpoints go to", os_path)
    model.learn(total_timesteps=args.steps, callback=callbacks)
    model.save(f"{args.dir}/last")
    env.save(f"{args.dir}/vecnormalize.pkl")
