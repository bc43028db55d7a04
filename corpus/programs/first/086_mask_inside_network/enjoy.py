import argparse

import torch

from ikostrikov.evaluation import evaluate
from ikostrikov.model import Policy

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="RL")
    parser.add_argument("--env-name", default="CartPole-v1")
    parser.add_argument("--load", default="trained_models/gru.pt")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    ac = Policy(4, 2)
    ac.load_state_dict(torch.load(args.load, map_location="cpu"))
    evaluate(ac, args.env_name, args.seed, 4, "cpu")
