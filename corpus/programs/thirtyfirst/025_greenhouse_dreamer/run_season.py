import argparse
import csv
import logging
from pathlib import Path

import numpy as np

from keeper import Keeper

STEPS_PER_DAY = 96


class Greenhouse:
    """Quarter-hour model of a tomato house: air temperature, humidity, CO2, light, leaf mass."""

    n_obs = 7
    n_act = 3

    def __init__(self, days: int, seed: int):
        self.days = days
        self.rng = np.random.default_rng(seed)

    def reset(self) -> np.ndarray:
        self.k = 0
        self.temp, self.hum, self.co2, self.mass = 18.0, 0.7, 420.0, 1.0
        return self._obs()

    def _obs(self) -> np.ndarray:
        phase = 2 * np.pi * (self.k % STEPS_PER_DAY) / STEPS_PER_DAY
        self.sun = max(0.0, -np.cos(phase)) * self.rng.uniform(0.5, 1.0)
        return np.array([self.temp / 30, self.hum, self.co2 / 1000, self.sun, self.mass / 50,
                         np.sin(phase), np.cos(phase)], dtype=np.float32)

    def step(self, act: np.ndarray):
        heat, vent, dose = (np.clip(act, -1, 1) + 1) / 2
        outside = 8 + 9 * self.sun
        self.temp += 1.2 * heat + 0.8 * self.sun + (0.05 + 0.3 * vent) * (outside - self.temp) * 0.3
        self.hum = float(np.clip(self.hum + 0.02 * self.sun - 0.06 * vent + 0.01, 0.2, 1.0))
        self.co2 += 40 * dose - 30 * vent - 12 * self.sun
        self.co2 = float(np.clip(self.co2, 300, 1500))
        growth = self.sun * (self.co2 / 900) * np.exp(-((self.temp - 23) / 7) ** 2) * 0.02
        self.mass += growth
        self.k += 1
        reward = 10 * growth - 0.01 * heat - 0.004 * dose - 0.02 * (self.hum > 0.9)
        return self._obs(), float(reward), self.k >= self.days * STEPS_PER_DAY


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--ckpt-dir", type=Path, default=Path("logdir/greenhouse"))
    ap.add_argument("--seasons", type=int, default=2)
    ap.add_argument("--days", type=int, default=120)
    ap.add_argument("--ledger", type=Path, default=Path("ledger.csv"))
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")

    house = Greenhouse(args.days, args.seed)
    keeper = Keeper(house.n_obs, house.n_act, args.ckpt_dir)
    keeper.pick_up()

    with args.ledger.open("w", newline="") as fh:
        out = csv.writer(fh)
        out.writerow(["season", "day", "ckpt", "yield_eur", "mass"])
        for season in range(args.seasons):
            reading = house.reset()
            keeper.open_season()
            over, income, k = False, 0.0, 0
            while not over:
                reading, reward, over = house.step(keeper.setpoints(reading))
                income += reward
                k += 1
                if k % STEPS_PER_DAY == 0:
                    out.writerow([season, k // STEPS_PER_DAY, keeper.ckpt_step, f"{income:.3f}", f"{house.mass:.2f}"])
                    fh.flush()
                    keeper.pick_up()


if __name__ == "__main__":
    main()
