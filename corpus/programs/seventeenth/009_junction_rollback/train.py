import argparse

import torch

from agents import SharedController
from grid import Grid


def run_day(grid, ctl, steps_per_update, updates_per_check):
    obs, over, t = grid.reset(), False, 0
    ctl.new_day()
    waits, returns = [], 0
    while not over:
        obs, rewards, over = grid.step(ctl.act(obs))
        r = torch.tensor([rewards[j] for j in grid.ids], dtype=torch.float32)
        ctl.rewards.append(r)
        waits.append(-r.mean().item())
        t += 1
        if t % steps_per_update == 0:
            ctl.learn()
        if t % (steps_per_update * updates_per_check) == 0:
            returns += ctl.keep_or_return(sum(waits) / len(waits))
            waits.clear()
    return returns


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--days", type=int, default=60)
    p.add_argument("--unroll", type=int, default=24)
    p.add_argument("--check", type=int, default=15)
    args = p.parse_args()
    grid = Grid()
    ctl = SharedController(grid.ids)
    for day in range(args.days):
        returns = run_day(grid, ctl, args.unroll, args.check)
        print(f"day {day}: best wait {ctl.best_delay:.3f}, {returns} returns to the best weights")
        torch.save(ctl.net.state_dict(), "signals.pt")


if __name__ == "__main__":
    main()
