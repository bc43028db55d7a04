import argparse
import logging
from pathlib import Path

import gymnasium as gym

from memnet import MemoryPolicy, Trainer


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="CartPole-v1")
    ap.add_argument("--num-envs", type=int, default=16)
    ap.add_argument("--updates", type=int, default=5000)
    ap.add_argument("--lr", type=float, default=7e-4)
    ap.add_argument("--path", type=Path, default=Path("memnet_best.pt"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    envs = gym.make_vec(args.env, num_envs=args.num_envs)
    policy = MemoryPolicy(envs.single_observation_space.shape[0], int(envs.single_action_space.n))
    Trainer(envs, policy, args.lr, args.path).fit(args.updates)


if __name__ == "__main__":
    main()
