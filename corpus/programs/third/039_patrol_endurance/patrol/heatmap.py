"""Counts in which rooms a guard spends its time, over whole shifts."""
from __future__ import annotations

import argparse

import numpy as np
from sb3_contrib import RecurrentPPO

from .env import Patrol


def visits(model: RecurrentPPO, shifts: int, seed: int) -> np.ndarray:
    env = Patrol()
    count = np.zeros(env.rooms, int)
    for k in range(shifts):
        obs, _ = env.reset(seed=seed + k)
        state, first, over = None, True, False
        while not over:
            action, state = model.predict(obs, state=state, episode_start=np.array([first]))
            first = False
            obs, _, term, trunc, _ = env.step(int(action))
            count[env.at] += 1
            over = term or trunc
    return count


def bars(count: np.ndarray, width: int = 50) -> str:
    top = count.max() or 1
    return "\n".join(f"{i:2d} {'#' * int(width * c / top)} {c}" for i, c in enumerate(count))


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("model")
    ap.add_argument("--shifts", type=int, default=20)
    ap.add_argument("--seed", type=int, default=500)
    args = ap.parse_args()
    print(bars(visits(RecurrentPPO.load(args.model), args.shifts, args.seed)))
