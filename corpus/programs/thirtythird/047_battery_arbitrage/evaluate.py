import argparse

import numpy as np
import pandas as pd
from sb3_contrib import RecurrentPPO

from battery_env import BatteryEnv, read_prices


def run_week(model, env, start):
    obs, _ = env.reset(options={"start": start})
    lstm_state = None
    first = np.ones((1,), dtype=bool)
    rows, done = [], False
    while not done:
        action, lstm_state = model.predict(obs, state=lstm_state, episode_start=first, deterministic=True)
        obs, reward, terminated, truncated, info = env.step(action)
        rows.append({"soc": env.soc, "reward": reward, "price": info["price"], "action": float(action[0])})
        done = terminated or truncated
    return pd.DataFrame(rows)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("csv")
    ap.add_argument("--model", default="battery_rppo")
    ap.add_argument("--out", default="weeks.csv")
    args = ap.parse_args()
    prices = read_prices(args.csv)
    prices = prices[prices.index >= "2024-01-01"]
    env = BatteryEnv(prices.values)
    model = RecurrentPPO.load(args.model, device="cpu")
    summary = []
    for start in range(0, len(prices) - env.week - 1, env.week):
        frame = run_week(model, env, start)
        summary.append(
            {
                "week": prices.index[start].date(),
                "profit": 10.0 * frame["reward"].sum(),
                "cycles": frame["soc"].diff().abs().sum() / (2 * env.CAPACITY),
                "capture": np.corrcoef(frame["price"], -frame["action"])[0, 1],
            }
        )
        print(summary[-1])
    table = pd.DataFrame(summary).set_index("week")
    table.to_csv(args.out)
    print(table.describe())


if __name__ == "__main__":
    main()
