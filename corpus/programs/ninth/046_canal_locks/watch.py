#!/usr/bin/env python3
# let a trained lock keeper work for a few days and plot the queue
import argparse

import matplotlib.pyplot as plt
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from lock_env import CanalLock

parser = argparse.ArgumentParser()
parser.add_argument("--weights", default="logs/keeper_2000000_steps.zip")
parser.add_argument("--hidden", type=int, default=128)
parser.add_argument("--days", type=int, default=10)
parser.add_argument("--num-envs", type=int, default=2)
parser.add_argument("--stochastic", action="store_true")
parser.add_argument("--plot", default="queue.png")
args = parser.parse_args()


def make_model(env):
    return RecurrentPPO(
        "MultiInputLstmPolicy",
        env,
        policy_kwargs={"lstm_hidden_size": args.hidden},
        n_steps=512,
        verbose=0,
    )


def main():
    venv = VecMonitor(DummyVecEnv([CanalLock for _ in range(args.num_envs)]))
    model = make_model(venv)
    model.load(args.weights, env=venv)

    obs = venv.reset()
    states = None
    starts = np.ones((args.num_envs,), dtype=bool)
    finished, waiting, current = [], [], []
    while len(finished) < args.days:
        actions, states = model.predict(
            obs, state=states, episode_start=starts, deterministic=not args.stochastic
        )
        obs, rewards, dones, infos = venv.step(actions)
        starts = dones
        current.append(infos[0]["waiting"])
        for i, info in enumerate(infos):
            if dones[i]:
                finished.append(info["episode"]["r"])
                print(f"day {len(finished)}: reward {info['episode']['r']:.1f}")
        if dones[0]:
            waiting.append(current)
            current = []

    print(f"mean reward over {len(finished)} days: {np.mean(finished):.2f}")
    for day in waiting:
        plt.plot(day, alpha=0.5)
    plt.xlabel("tick (5 min)")
    plt.ylabel("boats waiting")
    plt.savefig(args.plot, dpi=150)


if __name__ == "__main__":
    main()
