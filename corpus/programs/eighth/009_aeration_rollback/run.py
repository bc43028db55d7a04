import argparse
import logging

import torch

from aeration.learner import Learner, LearnerConfig


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the blower policy")
    parser.add_argument("--chunks", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", default="blower.pt")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(args.seed)
    policy = Learner(LearnerConfig(seed=args.seed)).run(args.chunks)
    torch.save(policy.state_dict(), args.output)


if __name__ == "__main__":
    main()
