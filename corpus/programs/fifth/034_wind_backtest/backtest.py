"""Backtest of a bidding policy on a wind farm's history.

python backtest.py data/farm_a.csv models/bidder.zip --out report.csv
"""
from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import numpy as np
import pandas as pd
from sb3_contrib import RecurrentPPO

FEATURES = ["wind_fc", "wind_fc_std", "price_da", "price_spread", "hour_sin", "hour_cos", "last_output"]
BIDS = np.linspace(0.0, 1.0, 11)


@dataclass
class MonthResult:
    month: str
    hours: int
    revenue: float
    penalty: float
    baseline: float

    @property
    def gain(self) -> float:
        return self.revenue - self.penalty - self.baseline


def read(path: Path) -> pd.DataFrame:
    df = pd.read_csv(path, parse_dates=["time"]).sort_values("time").reset_index(drop=True)
    hour = df["time"].dt.hour + df["time"].dt.minute / 60
    df["hour_sin"] = np.sin(2 * np.pi * hour / 24)
    df["hour_cos"] = np.cos(2 * np.pi * hour / 24)
    df["price_spread"] = df["price_imb"] - df["price_da"]
    df["last_output"] = df["output"].shift(1).fillna(0.0)
    return df


def normaliser(df: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    train = df[df["time"] < df["time"].iloc[0] + pd.DateOffset(years=1)]
    return train[FEATURES].mean(), train[FEATURES].std().replace(0, 1)


class Settlement:
    """Day-ahead revenue and what the deviation costs."""

    def __init__(self, capacity: float) -> None:
        self.capacity = capacity

    def __call__(self, bid: float, row: pd.Series) -> tuple[float, float]:
        sold = bid * self.capacity
        made = row["output"] * self.capacity
        short = max(0.0, sold - made)
        return min(sold, made) * row["price_da"], short * max(0.0, row["price_spread"])


def run_month(model: RecurrentPPO, month: str, rows: pd.DataFrame, mean, std, settle: Settlement) -> MonthResult:
    revenue = penalty = baseline = 0.0
    lstm_states = None
    episode_start = np.ones((1,), dtype=bool)
    for _, row in rows.iterrows():
        obs = ((row[FEATURES] - mean) / std).to_numpy(dtype=np.float32)
        action, _states = model.predict(obs[None], state=lstm_states, episode_start=episode_start, deterministic=True)
        episode_start = np.zeros((1,), dtype=bool)
        r, p = settle(float(BIDS[int(action[0])]), row)
        revenue += r
        penalty += p
        base_r, base_p = settle(float(np.clip(row["wind_fc"], 0, 1)), row)
        baseline += base_r - base_p
    return MonthResult(month, len(rows), revenue, penalty, baseline)


@click.command()
@click.argument("history", type=click.Path(exists=True, path_type=Path))
@click.argument("model_file", type=click.Path(exists=True, path_type=Path))
@click.option("--capacity", default=48.0, help="MW")
@click.option("--out", type=click.Path(path_type=Path))
def main(history: Path, model_file: Path, capacity: float, out: Path | None) -> None:
    df = read(history)
    mean, std = normaliser(df)
    model = RecurrentPPO.load(model_file, device="cpu")
    settle = Settlement(capacity)
    test = df[df["time"] >= df["time"].iloc[0] + pd.DateOffset(years=1)]
    results = [
        run_month(model, str(month), rows, mean, std, settle)
        for month, rows in test.groupby(test["time"].dt.to_period("M"))
    ]
    if not results:
        sys.exit("history is shorter than a year")
    table = pd.DataFrame([asdict(r) | {"gain": r.gain} for r in results])
    click.echo(table.to_string(index=False, float_format=lambda v: f"{v:,.0f}"))
    click.echo(f"total gain {table['gain'].sum():,.0f}")
    if out:
        table.to_csv(out, index=False)


if __name__ == "__main__":
    main()
