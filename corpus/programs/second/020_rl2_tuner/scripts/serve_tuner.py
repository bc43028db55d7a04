import argparse
import csv
import logging
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

import numpy as np

from metatune.service import Tuner
from metatune.tasks import FAMILIES


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("model")
    ap.add_argument("--family", choices=sorted(FAMILIES), default="gauss")
    ap.add_argument("--tasks", type=int, default=64)
    ap.add_argument("--arms", type=int, default=8)
    ap.add_argument("--trial-length", type=int, default=100)
    ap.add_argument("--trials-per-task", type=int, default=5)
    ap.add_argument("--total", type=int, default=1_000_000)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--csv", type=Path, default=Path("regret.csv"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    rng = np.random.default_rng(args.seed)
    family = FAMILIES[args.family]
    tasks = [family(args.arms, rng) for _ in range(args.tasks)]
    pulls = np.zeros(args.tasks, dtype=int)
    regret = np.zeros(args.tasks)
    tuner = Tuner(args.model, args.tasks, args.trial_length)

    with args.csv.open("w", newline="") as fh:
        writer = csv.writer(fh)
        writer.writerow(["step", "mean_regret", "reloads"])
        reloads = 0
        for step in range(args.total):
            if step % 50 == 0:
                reloads += int(tuner.update_model())
            arms = tuner.suggest()
            rewards = [task.pull(int(a)) for task, a in zip(tasks, arms)]
            regret += [task.regret(int(a)) for task, a in zip(tasks, arms)]
            tuner.tell(arms, rewards)
            pulls += 1
            over = np.flatnonzero(pulls >= args.trial_length * args.trials_per_task)
            if len(over):
                for i in over:
                    tasks[i] = family(args.arms, rng)
                pulls[over] = 0
                regret[over] = 0.0
                tuner.reopen(over)
            if step % 1000 == 0:
                writer.writerow([step, float(regret.mean()), reloads])


if __name__ == "__main__":
    main()
