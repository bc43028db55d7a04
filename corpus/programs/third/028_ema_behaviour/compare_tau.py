"""Runs slowactor with several values of tau, one process each, and collects the last lines."""
import argparse
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

LINE = re.compile(r"^(\d+) ([\d.]+)$")


def run(tau, updates, env):
    cmd = [sys.executable, "slowactor.py", "--tau", str(tau), "--updates", str(updates), "--env", env]
    out = subprocess.run(cmd, capture_output=True, text=True, check=True).stdout
    rows = [LINE.match(line) for line in out.splitlines()]
    return tau, [(int(m[1]), float(m[2])) for m in rows if m]


def area(curve):
    total = 0.0
    for (x0, y0), (x1, y1) in zip(curve, curve[1:]):
        total += (x1 - x0) * (y0 + y1) / 2
    return total / max(curve[-1][0] - curve[0][0], 1) if curve else float("nan")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--taus", type=float, nargs="+", default=[0.01, 0.05, 0.2, 1.0])
    ap.add_argument("--updates", type=int, default=5000)
    ap.add_argument("--env", default="CartPole-v1")
    ap.add_argument("--jobs", type=int, default=2)
    args = ap.parse_args()
    with ThreadPoolExecutor(args.jobs) as pool:
        for tau, curve in pool.map(lambda t: run(t, args.updates, args.env), args.taus):
            last = curve[-1][1] if curve else float("nan")
            print(f"tau {tau:<5} area {area(curve):8.1f} last {last:8.1f}")


if __name__ == "__main__":
    main()
