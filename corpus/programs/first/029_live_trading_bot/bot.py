import argparse
import csv
import datetime as dt
import os
import time

import numpy as np
from sb3_contrib import RecurrentPPO

from feed import CandleFeed
from broker import PaperBroker

WINDOW = 30


def featurize(candles):
    c = np.asarray([x["close"] for x in candles], dtype=np.float32)
    v = np.asarray([x["volume"] for x in candles], dtype=np.float32)
    r = np.diff(np.log(c))
    return np.concatenate([r[-WINDOW:], [np.log1p(v[-1])]]).astype(np.float32)


def newest_model(d):
    zips = [os.path.join(d, f) for f in os.listdir(d) if f.endswith(".zip")]
    return max(zips, key=os.path.getmtime)


class TradeLog:
    def __init__(self, path):
        self.f = open(path, "a", newline="")
        self.w = csv.writer(self.f)

    def row(self, *a):
        self.w.writerow([dt.datetime.utcnow().isoformat(), *a])
        self.f.flush()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--models", default="models/btc")
    p.add_argument("--symbol", default="BTCUSDT")
    p.add_argument("--tf", default="1m")
    args = p.parse_args()

    feed = CandleFeed(args.symbol, args.tf, history=200)
    broker = PaperBroker(cash=10_000)
    tl = TradeLog("trades.csv")

    path = newest_model(args.models)
    model = RecurrentPPO.load(path, device="cpu")
    lstm_states = None
    first = np.ones((1,), dtype=bool)
    day = dt.date.today()

    for candle in feed.stream():
        # the nightly job retrains on the last month and drops a new zip in the folder
        if dt.date.today() != day:
            day = dt.date.today()
            latest = newest_model(args.models)
            if latest != path:
                path = latest
                model.set_parameters(path, device="cpu")
                tl.row("model", os.path.basename(path))
        obs = featurize(feed.last(WINDOW + 1))
        obs = np.append(obs, broker.position).astype(np.float32)
        action, lstm_states = model.predict(obs, state=lstm_states, episode_start=first, deterministic=True)
        first = np.zeros((1,), dtype=bool)
        want = int(action) - 1
        if want != broker.position:
            broker.trade(want - broker.position, candle["close"])
            tl.row("trade", want, candle["close"], broker.equity(candle["close"]))
        time.sleep(0.01)


if __name__ == "__main__":
    main()
