import sys
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from sb3_contrib import RecurrentPPO

from pairs import PairsEnv

matplotlib.use("Agg")
import matplotlib.pyplot as plt

HOURS_PER_YEAR = 24 * 260


def load_candles(path):
    frame = pd.read_csv(path, parse_dates=["time"]).set_index("time").sort_index()
    return frame[frame.index.dayofweek < 5]


def backtest(model, frame):
    env = PairsEnv(frame)
    obs, _ = env.reset()
    state = None
    start = np.array([True])
    gains, positions = [], []
    over = False
    while not over:
        action, state = model.predict(obs, state=state, episode_start=start, deterministic=True)
        obs, _, over, _, info = env.step(action)
        gains.append(info["gain"])
        positions.append(env.position)
    return pd.DataFrame({"gain": gains, "position": positions}, index=frame.index[1:])


def summary(result):
    gain = result["gain"]
    equity = gain.cumsum()
    return {
        "total": equity.iloc[-1],
        "sharpe": gain.mean() / (gain.std() + 1e-12) * np.sqrt(HOURS_PER_YEAR),
        "max_drawdown": (equity.cummax() - equity).max(),
        "turnover": result["position"].diff().abs().mean(),
        "exposure": result["position"].abs().mean(),
    }


def plot(result, frame, pair, path):
    fig, (top, bottom) = plt.subplots(2, 1, sharex=True, figsize=(10, 6))
    top.plot(result.index, result["gain"].cumsum(), label="model")
    top.plot(frame.index[1:], np.log(frame["close"]).diff().iloc[1:].cumsum(), label="hold", alpha=0.6)
    top.legend()
    top.set_title(pair)
    bottom.plot(result.index, result["position"], lw=0.5)
    bottom.set_ylabel("position")
    fig.savefig(path, dpi=120)
    plt.close(fig)


def main(model_path, candle_folder, out="backtest"):
    out = Path(out)
    out.mkdir(exist_ok=True)
    model = RecurrentPPO.load(model_path, device="cpu")
    table = {}
    for file in sorted(Path(candle_folder).glob("*.csv")):
        frame = load_candles(file)
        result = backtest(model, frame)
        table[file.stem] = summary(result)
        plot(result, frame, file.stem, out / f"{file.stem}.png")
    table = pd.DataFrame(table).T
    print(table.round(4).to_string())
    table.to_csv(out / "summary.csv")


if __name__ == "__main__":
    main(*sys.argv[1:])
