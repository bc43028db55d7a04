"""Backtest of all saved models on a held-out year, fortnight by fortnight."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import tyro
from sb3_contrib import RecurrentPPO

from market import CoinEnv


@dataclass
class Config:
    models: Path = Path("models")
    candles: Path = Path("data/btc_1h_2023.csv")
    out: Path = Path("backtest.csv")
    device: str = "cpu"


def fortnights(env: CoinEnv) -> range:
    return range(0, len(env.ret) - env.window - 1, env.window)


def run_model(model: RecurrentPPO, env: CoinEnv) -> list[dict[str, float]]:
    rows = []
    for start in fortnights(env):
        obs, _ = env.reset(options={"start": start})
        lstm_states = None
        episode_start = np.ones((1,), dtype=bool)
        total, trades, done = 0.0, 0, False
        while not done:
            before = env.share
            action, lstm_states = model.predict(
                obs, state=lstm_states, episode_start=episode_start, deterministic=True
            )
            obs, reward, terminated, truncated, _ = env.step(action)
            done = terminated or truncated
            episode_start = np.array([done])
            total += reward
            trades += before != env.share
        rows.append({"start": start, "log_return": total, "trades": trades})
    return rows


def main(cfg: Config) -> None:
    env = CoinEnv(pd.read_csv(cfg.candles))
    table = []
    for path in sorted(cfg.models.glob("*.zip")):
        model = RecurrentPPO.load(path, device=cfg.device)
        rows = run_model(model, env)
        returns = np.array([r["log_return"] for r in rows])
        sharpe = returns.mean() / (returns.std() + 1e-9) * np.sqrt(26)
        print(f"{path.stem:30s} total {returns.sum():+.3f}  sharpe {sharpe:+.2f}")
        table += [{"model": path.stem, **r} for r in rows]
    hold = env.ret.sum()
    print(f"{'buy and hold':30s} total {hold:+.3f}")
    pd.DataFrame(table).to_csv(cfg.out, index=False)


if __name__ == "__main__":
    main(tyro.cli(Config))
