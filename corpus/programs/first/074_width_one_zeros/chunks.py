import argparse
import glob
import os
import random

import numpy as np
import torch
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.vec_env import SubprocVecEnv, VecMonitor

from drone_race import RaceEnv

N_ENVS = 12


def empty_states(model):
    shape = model.policy.lstm_hidden_state_shape
    z = lambda: torch.zeros(shape, device=model.device)
    return RNNStates(pi=(z(), z()), vf=(z(), z()))


def pick_parent(folder, mine):
    cands = [f for f in glob.glob(os.path.join(folder, "*.zip")) if mine not in f]
    return random.choice(cands) if cands else None


def build(args):
    env = VecMonitor(SubprocVecEnv([lambda i=i: RaceEnv(track=i % 4) for i in range(N_ENVS)]))
    return RecurrentPPO(
        "MlpLstmPolicy", env,
        n_steps=200, batch_size=600, gamma=0.995,
        learning_rate=args.lr, policy_kwargs=dict(lstm_hidden_size=192, net_arch=[128]),
        tensorboard_log=f"tb/{args.name}", seed=args.seed,
    )


def main():
    p = argparse.ArgumentParser()
    p.add_argument("name")
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--chunk", type=int, default=240_000)
    args = p.parse_args()
    model = build(args)
    for k in range(100):
        model.learn(args.chunk, reset_num_timesteps=(k == 0), tb_log_name=args.name)
        model.save(f"pop/{args.name}")
        rew = np.mean([e["r"] for e in model.ep_info_buffer])
        parent = pick_parent("pop", args.name)
        if parent and rew < 0:
            model.set_parameters(parent)
            model._last_lstm_states = empty_states(model)
        print(k, rew)


if __name__ == "__main__":
    main()
