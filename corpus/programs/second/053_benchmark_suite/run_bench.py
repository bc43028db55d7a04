import argparse
import logging
from pathlib import Path

from bench.envs import BlindedHunt, HuntEnv
from bench.protocol import Protocol
from bench.runner import Runner, dump

TASKS = {
    "hunt": lambda: HuntEnv(),
    "hunt-fast": lambda: HuntEnv(prey_speed=0.7),
    "hunt-large": lambda: HuntEnv(size=16, max_steps=300),
    "blind": lambda: BlindedHunt(),
}


def markdown(rows):
    keys = list(rows[0])
    lines = ["| " + " | ".join(keys) + " |", "|" + "---|" * len(keys)]
    for row in rows:
        lines.append("| " + " | ".join(f"{row[k]:.3f}" if isinstance(row[k], float) else str(row[k]) for k in keys) + " |")
    return "\n".join(lines)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("models", nargs="+", type=Path)
    ap.add_argument("--tasks", nargs="+", default=sorted(TASKS))
    ap.add_argument("--episodes", type=int, default=100)
    ap.add_argument("--perturb", type=float, default=0.0)
    ap.add_argument("--stochastic", action="store_true")
    ap.add_argument("--out", default="bench_out")
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    protocol = Protocol(episodes=args.episodes, deterministic=not args.stochastic, perturb=args.perturb)
    outcomes = []
    for path in args.models:
        runner = Runner(path)
        for task in args.tasks:
            env = TASKS[task]()
            outcomes.append(runner.play(env, task, protocol))
            env.close()
    print(markdown(dump(outcomes, protocol, args.out)))


if __name__ == "__main__":
    main()
