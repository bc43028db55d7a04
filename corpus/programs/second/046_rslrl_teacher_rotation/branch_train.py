import argparse
import logging

import torch
from rsl_rl.runners import OnPolicyRunner

from rotate.branches import Branches
from rotate.cfg import train_cfg
from rotate.world import SlopeWorld


@torch.inference_mode()
def score(env, runner, steps=600):
    policy = runner.get_inference_policy(device=env.device)
    runner.alg.policy.reset()
    obs, _ = env.reset()
    total = 0.0
    for _ in range(steps):
        obs, reward, dones, _ = env.step(policy(obs))
        runner.alg.policy.reset(dones)
        total += float(reward.mean())
    runner.alg.policy.reset()
    return total / steps


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--envs", type=int, default=256)
    ap.add_argument("--branches", nargs="+", default=["a", "b", "c"])
    ap.add_argument("--rounds", type=int, default=30)
    ap.add_argument("--iterations", type=int, default=50)
    ap.add_argument("--out", default="branches")
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    env = SlopeWorld(args.envs)
    runner = OnPolicyRunner(env, train_cfg(), log_dir=args.out, device="cpu")
    branches = Branches(runner, args.out, args.branches)
    for rnd in range(args.rounds):
        for name in branches.names:
            branches.jump(name)
            runner.learn(args.iterations, init_at_random_ep_len=True)
            branches.scores[name] = score(env, runner)
            branches.store()
        ranking = sorted(branches.scores, key=branches.scores.get)
        print(rnd, {n: round(branches.scores[n], 3) for n in ranking})
        if rnd % 5 == 4:
            branches.fork(ranking[-1], ranking[0])
            env.hardness = min(0.8, env.hardness + 0.05)


if __name__ == "__main__":
    main()
