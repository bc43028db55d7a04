from __future__ import annotations

import argparse

import torch

from .agent import Controller
from .junction import Junction


@torch.no_grad()
def trial(ctl: Controller, episodes: int) -> float:
    total = 0.0
    for k in range(episodes):
        env = Junction(seed=900 + k)
        obs, over = env.reset(), False
        ctl.forget()
        while not over:
            a, *_ = ctl.act(obs)
            obs, r, over = env.step(int(a))
            total += r
    return total / episodes


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=500_000)
    ap.add_argument("--n", type=int, default=20)
    ap.add_argument("--test-every", type=int, default=5_000)
    ns = ap.parse_args()

    ctl, env = Controller(), Junction(seed=0)
    obs = env.reset()
    step = 0
    while step < ns.steps:
        logps, values, ents, rewards, over = [], [], [], [], False
        while len(rewards) < ns.n and not over:
            a, lp, v, e = ctl.act(obs)
            obs, r, over = env.step(int(a))
            logps.append(lp)
            values.append(v)
            ents.append(e)
            rewards.append(r)
            step += 1
        if over:
            boot = torch.zeros(1)
        else:
            with torch.no_grad():
                _, boot, _ = ctl.net(torch.from_numpy(obs).unsqueeze(0), ctl.h)
        ctl.learn(logps, values, ents, rewards, boot)
        if over:
            obs = env.reset()
            ctl.forget()
        if step // ns.test_every != (step - len(rewards)) // ns.test_every:
            with ctl.averaged() as smooth:
                print(step, round(trial(smooth, 5), 2))


if __name__ == "__main__":
    main()
