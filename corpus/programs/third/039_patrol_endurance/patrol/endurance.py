"""Evaluates a trained guard over many independent shifts and writes the catch rate of each."""
from __future__ import annotations

import argparse
import csv

from sb3_contrib import RecurrentPPO

from .env import Patrol


class Endurance:
    def __init__(self, model: RecurrentPPO, env: Patrol, shifts: int):
        self.model = model
        self.env = env
        self.shifts = shifts
        self.rows: list[dict] = []

    def run(self) -> None:
        lstm_states = None
        for shift in range(self.shifts):
            obs, _ = self.env.reset(seed=shift)
            caught, total, done = 0, 0.0, False
            while not done:
                action, lstm_states = self.model.predict(obs, state=lstm_states, deterministic=True)
                obs, reward, terminated, truncated, info = self.env.step(action)
                done = terminated or truncated
                total += reward
                caught += int(info["caught"])
            self.rows.append({"shift": shift, "caught": caught, "return": round(total, 2)})

    def write(self, path: str) -> None:
        with open(path, "w", newline="") as fh:
            w = csv.DictWriter(fh, ["shift", "caught", "return"])
            w.writeheader()
            w.writerows(self.rows)

    def summary(self) -> str:
        half = len(self.rows) // 2
        first = sum(r["caught"] for r in self.rows[:half]) / max(half, 1)
        second = sum(r["caught"] for r in self.rows[half:]) / max(len(self.rows) - half, 1)
        return f"caught per shift: {first:.2f} in the first half, {second:.2f} in the second"


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("model")
    ap.add_argument("--shifts", type=int, default=50)
    ap.add_argument("--csv", default="endurance.csv")
    args = ap.parse_args()
    test = Endurance(RecurrentPPO.load(args.model), Patrol(), args.shifts)
    test.run()
    test.write(args.csv)
    print(test.summary())


if __name__ == "__main__":
    main()
