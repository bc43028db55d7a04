import argparse

import torch

from exo_env import ExoEnv
from runner import PlayRunner


def play(args):
    env = ExoEnv(args.num_envs)
    runner = PlayRunner(env, args.run)
    if not runner.load_newest():
        raise SystemExit(f"no checkpoint in {args.run}")
    policy = runner.get_inference_policy()

    obs = env.get_observations()
    effort = torch.zeros(args.num_envs)
    with torch.inference_mode():
        for i in range(args.steps):
            actions = policy(obs)
            obs, rew, dones, infos = env.step(actions)
            runner.actor.reset(dones)
            effort += infos["metabolic"]
            if i % args.refresh == args.refresh - 1:
                print(f"iter {runner.iteration:6d}  effort {effort.mean() / args.refresh:.3f}  reward {rew.mean():.3f}")
                effort.zero_()
                runner.load_newest()


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("run")
    p.add_argument("--num_envs", type=int, default=16)
    p.add_argument("--steps", type=int, default=100_000)
    p.add_argument("--refresh", type=int, default=500)
    play(p.parse_args())
