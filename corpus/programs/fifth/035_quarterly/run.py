import argparse
import logging
from pathlib import Path

from retrain.pipeline import Retrainer

QUARTERS = {"2023Q1": 0.0, "2023Q2": 0.01, "2023Q3": 0.03, "2023Q4": -0.02, "2024Q1": 0.0}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--home", type=Path, default=Path("retrain_out"))
    ap.add_argument("--steps", type=int, default=200_000)
    ap.add_argument("--floor", type=float, default=150.0)
    ns = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    job = Retrainer(ns.home)
    for name, trend in QUARTERS.items():
        if job.quarter(name, trend, ns.steps) < ns.floor:
            job.second_try(name, trend, ns.steps // 2)


if __name__ == "__main__":
    main()
