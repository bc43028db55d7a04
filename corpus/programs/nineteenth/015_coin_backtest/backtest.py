import argparse

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sb3_contrib import RecurrentPPO

from env import EthTradingEnv


def max_drawdown(equity):
    peak = np.maximum.accumulate(equity)
    return ((peak - equity) / peak).max()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="eth_lstm")
    parser.add_argument("--csv", default="eth_usdt_15m.csv")
    parser.add_argument("--split", type=float, default=0.8)
    parser.add_argument("--plot", default="equity.png")
    args = parser.parse_args()

    df = pd.read_csv(args.csv)
    test = df["close"].values[int(len(df) * args.split):]
    env = EthTradingEnv(test, random_start=False)
    model = RecurrentPPO.load(args.model)

    equity, positions = [1.0], [0]
    obs, info = env.reset()
    done = False
    while not done:
        action, _states = model.predict(obs, deterministic=True)
        obs, reward, terminated, truncated, info = env.step(action)
        done = terminated or truncated
        equity.append(info["equity"])
        positions.append(info["position"])

    equity = np.array(equity)
    positions = np.array(positions)
    hold = test[1:len(equity) + 1] / test[1]
    print(f"final equity   {equity[-1]:.3f}  (hold {hold[-1]:.3f})")
    print(f"max drawdown   {100 * max_drawdown(equity):.1f} %")
    print(f"trades         {(np.diff(positions) != 0).sum()}")
    print(f"long/flat/short {np.mean(positions == 1):.2f} {np.mean(positions == 0):.2f} {np.mean(positions == -1):.2f}")

    plt.plot(equity, label="agent")
    plt.plot(hold, label="hold", alpha=0.6)
    plt.legend()
    plt.savefig(args.plot)


if __name__ == "__main__":
    main()
