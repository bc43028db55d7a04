"""Shows the progress of a recurrent walking policy: every checkpoint of a run drives the same robots in turn."""
import argparse
import csv
import re
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from rsl_rl.runners import OnPolicyRunner

from hopper.cfg import TRAIN_CFG
from hopper.env import Hopper2D


def checkpoints(folder, stride):
    def number(path):
        return int(re.search(r"model_(\d+)", path.name).group(1))

    files = sorted(Path(folder).glob("model_*.pt"), key=number)
    return [(number(f), f) for f in files[::stride]]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("run")
    ap.add_argument("--num-envs", type=int, default=32)
    ap.add_argument("--steps-each", type=int, default=400)
    ap.add_argument("--stride", type=int, default=4)
    ap.add_argument("--laps", type=int, default=1)
    ap.add_argument("--bump", type=float, default=0.05)
    ap.add_argument("--push-every", type=int, default=0)
    ap.add_argument("--realtime", action="store_true")
    ap.add_argument("--follow", action="store_true", help="wait for new checkpoints after the last one")
    ap.add_argument("--csv", type=Path, default=None)
    args = ap.parse_args()

    device = "cuda:0" if torch.cuda.is_available() else "cpu"
    env = Hopper2D(args.num_envs, device=device, bump=args.bump)
    runner = OnPolicyRunner(env, TRAIN_CFG, log_dir=None, device=device)
    stages = checkpoints(args.run, args.stride) * args.laps
    if not stages:
        raise SystemExit(f"nothing to play in {args.run}")
    print(f"{len(stages)} stages from {stages[0][0]} to {stages[-1][0]}")

    runner.load(str(stages[0][1]))
    policy = runner.get_inference_policy(device=device)
    obs, _ = env.get_observations()
    table = defaultdict(lambda: defaultdict(list))
    distance = torch.zeros(args.num_envs, device=device)
    writer = None
    if args.csv is not None:
        handle = args.csv.open("w", newline="")
        writer = csv.writer(handle)
        writer.writerow(["counter", "model", "reward", "falls", "speed", "command"])
    stage, counter, waited = 0, 0, 0.0
    with torch.inference_mode():
        while True:
            before = time.time()
            model = stages[stage][0]
            actions = policy(obs)
            obs, rewards, dones, extras = env.step(actions)
            runner.alg.policy.reset(dones)
            distance += env.q[:, 2] * 0.02
            counter += 1

            # numbers
            row = table[model]
            row["reward"].append(rewards.mean().item())
            row["falls"].append(extras["fell"].float().mean().item())
            row["speed"].append(env.q[:, 2].mean().item())
            if writer is not None and counter % 20 == 0:
                writer.writerow([counter, model, *(f"{row[k][-1]:.4f}" for k in ("reward", "falls", "speed")), f"{env.command.mean():.3f}"])

            # disturbances
            if args.push_every and counter % args.push_every == 0:
                env.q[:, 2] += 0.5 * torch.randn(args.num_envs, device=device)

            # next stage
            if counter % args.steps_each == 0:
                means = {k: np.mean(v) for k, v in row.items()}
                print(
                    f"model {model:6d}  reward {means['reward']:+.3f}  falls {means['falls']:.4f}"
                    f"  speed {means['speed']:.2f}  dist {distance.mean():.2f}"
                )
                distance.zero_()
                if stage + 1 == len(stages) and args.follow:
                    known = {number for number, _ in stages}
                    fresh = [c for c in checkpoints(args.run, 1) if c[0] not in known]
                    stages.extend(fresh)
                    waited = 0.0 if fresh else waited + args.steps_each * 0.02
                    if waited > 3600:
                        break
                    if not fresh:
                        continue
                stage += 1
                if stage >= len(stages):
                    break
                runner.load(str(stages[stage][1]), load_optimizer=False)
                policy = runner.get_inference_policy(device=device)

            if args.realtime:
                time.sleep(max(0.0, 0.02 - (time.time() - before)))

    if writer is not None:
        handle.close()
    best = max(table, key=lambda k: np.mean(table[k]["reward"]))
    print(f"best stage {best}: {np.mean(table[best]['reward']):+.3f}")


if __name__ == "__main__":
    main()
