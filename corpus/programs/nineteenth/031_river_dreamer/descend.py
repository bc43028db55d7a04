"""Lets the trained paddlers go down a river. There is one checkpoint for each grade of water."""
import argparse
import csv

import torch

from river import River
from world import Paddler


def run(river, paddler, checkpoints, max_steps, trace):
    obs = torch.from_numpy(river.reset())[None]
    grade = river.grade
    paddler.load_state_dict(checkpoints[grade])
    state = paddler.rssm.initial()
    action = torch.zeros(1, 2)
    for t in range(max_steps):
        if river.grade != grade:
            grade = river.grade
            paddler.load_state_dict(checkpoints[grade])
            print(f"  {t:5d}: water is now grade {grade}")
        with torch.no_grad():
            state = paddler.rssm.observe(state, action, obs)
            action = paddler.act(state)
        left, right = action[0].tolist()
        sense, capsized, aground, home = river.step(left, right)
        trace.writerow([t, grade, f"{river.x:.1f}", f"{river.y:.1f}", f"{river.roll:.3f}"])
        if capsized or aground or home:
            return "home" if home else ("capsized" if capsized else "aground"), t
        obs = torch.from_numpy(sense)[None]
    return "late", max_steps


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--grades", type=int, nargs="+", default=[1, 2, 3, 2, 4, 1])
    p.add_argument("--weights", default="paddler_g{}.pt")
    p.add_argument("--runs", type=int, default=10)
    p.add_argument("--max-steps", type=int, default=4000)
    p.add_argument("--trace", default="trace.csv")
    args = p.parse_args()

    checkpoints = {g: torch.load(args.weights.format(g), map_location="cpu") for g in sorted(set(args.grades))}
    paddler = Paddler().eval()
    tally = {}
    with open(args.trace, "w", newline="") as f:
        trace = csv.writer(f)
        for i in range(args.runs):
            end, steps = run(River(args.grades, seed=i), paddler, checkpoints, args.max_steps, trace)
            tally[end] = tally.get(end, 0) + 1
            print(f"run {i}: {end} after {steps} steps")
    print(tally)


if __name__ == "__main__":
    main()
