import argparse
import logging

import torch

from curio.trainer import Trainer

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--num-envs", type=int, default=16)
    ap.add_argument("--steps", type=int, default=20)
    ap.add_argument("--updates", type=int, default=50_000)
    ap.add_argument("--lr", type=float, default=7e-4)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--gamma-int", type=float, default=0.95)
    ap.add_argument("--beta", type=float, default=0.3)
    ap.add_argument("--rnd-every", type=int, default=5000)
    ap.add_argument("--reward-file", default="reward_model.pt")
    ap.add_argument("--init", default=None)
    ap.add_argument("--out", default="policy.pt")
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    torch.manual_seed(0)
    trainer = Trainer(args)
    if args.init:
        trainer.policy.load_state_dict(torch.load(args.init, map_location="cpu"))
    trainer.run()
