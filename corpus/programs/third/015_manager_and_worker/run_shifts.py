import argparse
import logging
from pathlib import Path

import gymnasium as gym
import torch

from warehouse.manager import ModelManager
from warehouse.policy import PickerPolicy
from warehouse.worker import ShiftWorker


def learn(opt, logps, values, rewards, gamma):
    ret, loss = 0.0, 0.0
    for lp, v, r in zip(reversed(logps), reversed(values), reversed(rewards)):
        ret = r + gamma * ret
        adv = ret - v
        loss = loss + 0.5 * adv.pow(2) - adv.detach() * lp.squeeze()
    opt.zero_grad()
    (loss / len(rewards)).backward()
    opt.step()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="FrozenLake8x8-v1")
    ap.add_argument("--shifts", type=int, default=3000)
    ap.add_argument("--chunk", type=int, default=25)
    ap.add_argument("--slump", type=int, default=40)
    ap.add_argument("--folder", type=Path, default=Path("shifts"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    env = gym.wrappers.FlattenObservation(gym.make(args.env))
    policy = PickerPolicy(env.observation_space.shape[0], env.action_space.n)
    opt = torch.optim.Adam(policy.parameters(), lr=5e-4)
    manager = ModelManager(policy, opt, args.folder)
    worker = ShiftWorker(policy, env)
    since_best, best = 0, float("-inf")
    for shift in range(args.shifts):
        worker.begin(seed=shift)
        total, over = 0.0, False
        while not over:
            logps, values, rewards, over = worker.work(args.chunk)
            learn(opt, logps, values, rewards, worker.gamma)
            total += sum(rewards)
        if total > best:
            best, since_best = total, 0
            manager.snapshot(shift, total)
        else:
            since_best += 1
        if since_best >= args.slump and manager.history:
            manager.back_to_best()
            since_best = 0


if __name__ == "__main__":
    main()
