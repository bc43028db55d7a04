import argparse
import pathlib

import torch

from nets import MemoryPolicy
from hexapod import HexapodVec


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("ckpts", nargs="+", type=pathlib.Path)
    ap.add_argument("--n", type=int, default=256)
    ap.add_argument("--steps", type=int, default=2000)
    ap.add_argument("--device", default="cuda")
    args = ap.parse_args()
    env = HexapodVec(args.n, device=args.device)
    pi = MemoryPolicy(env.n_obs, env.n_act).to(args.device).eval()
    for ck in args.ckpts:
        pi.load_state_dict(torch.load(ck, map_location=args.device)["policy"])
        obs = env.reset()
        pi.start(args.n)
        total = torch.zeros(args.n, device=args.device)
        with torch.no_grad():
            for _ in range(args.steps):
                obs, rew, done = env.step(pi(obs))
                pi.done(done)
                total += rew
        print(ck.name, total.mean().item() / args.steps)


if __name__ == "__main__":
    main()
