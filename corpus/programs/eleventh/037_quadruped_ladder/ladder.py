"""Scores every checkpoint of a run on the same stairs."""
import argparse
import csv
import glob
import os
import re

import torch
from rsl_rl.runners import OnPolicyRunner

from stairs_env import StairsEnv
from train import make_cfg


def iteration(path):
    return int(re.search(r"model_(\d+)\.pt$", path).group(1))


def score(env, policy, steps):
    total = torch.zeros(env.num_envs)
    falls = 0
    with torch.inference_mode():
        obs = env.reset()
        policy.reset()
        for _ in range(steps):
            actions = policy(obs)
            obs, rewards, dones, extras = env.step(actions)
            policy.reset(dones)
            total += rewards
            falls += int((dones.bool() & ~extras["time_outs"]).sum())
    return (total / steps).mean().item(), falls


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("log_dir")
    parser.add_argument("--num-envs", type=int, default=64)
    parser.add_argument("--steps", type=int, default=1000)
    args = parser.parse_args()

    env = StairsEnv(args.num_envs)
    runner = OnPolicyRunner(env, make_cfg(), log_dir=None)
    policy = runner.get_inference_policy(device="cpu")

    rows = []
    for path in sorted(glob.glob(os.path.join(args.log_dir, "model_*.pt")), key=iteration):
        runner.load(path, load_cfg={"actor": True, "iteration": True})
        torch.manual_seed(0)
        mean, falls = score(env, policy, args.steps)
        rows.append((iteration(path), round(mean, 4), falls))
        print("iteration %5d  reward %.4f  falls %d" % rows[-1])

    with open(os.path.join(args.log_dir, "ladder.csv"), "w", newline="") as f:
        csv.writer(f).writerows([("iteration", "reward", "falls"), *rows])


if __name__ == "__main__":
    main()
