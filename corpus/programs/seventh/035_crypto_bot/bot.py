"""Paper trading bot driven by a RecurrentPPO policy.

The training job writes a new model every night to models/ and the bot picks it up.
"""
import argparse
import json
import logging
import time
from datetime import datetime, timezone
from pathlib import Path

import ccxt
import numpy as np
from sb3_contrib import RecurrentPPO

from features import FeatureBuilder

logger = logging.getLogger("bot")
TARGETS = {0: -1.0, 1: 0.0, 2: 1.0}


class PaperAccount:
    def __init__(self, cash=10_000.0, fee=0.001):
        self.cash = cash
        self.units = 0.0
        self.fee = fee

    def equity(self, price):
        return self.cash + self.units * price

    def rebalance(self, target, price):
        wanted = target * self.equity(price) / price
        diff = wanted - self.units
        if abs(diff) * price < 10:
            return
        self.cash -= diff * price + abs(diff) * price * self.fee
        self.units = wanted


class TradingBot:
    def __init__(self, symbol, model_dir, journal):
        self.symbol = symbol
        self.model_dir = Path(model_dir)
        self.journal = Path(journal)
        self.exchange = ccxt.binance({"enableRateLimit": True})
        self.features = FeatureBuilder()
        self.account = PaperAccount()
        self.model_file = self.newest_model()
        self.model = RecurrentPPO.load(self.model_file, device="cpu")
        self.lstm_states = None
        self.episode_starts = np.ones((1,), dtype=bool)
        self.position = 0.0

    def newest_model(self):
        files = sorted(self.model_dir.glob("*.zip"), key=lambda f: f.stat().st_mtime)
        if not files:
            raise FileNotFoundError(f"no model in {self.model_dir}")
        return files[-1]

    def check_for_new_model(self):
        newest = self.newest_model()
        if newest != self.model_file:
            logger.info("switching from %s to %s", self.model_file.name, newest.name)
            self.model = RecurrentPPO.load(newest, device="cpu")
            self.model_file = newest

    def fetch_candle(self):
        _, _, _, _, close, volume = self.exchange.fetch_ohlcv(self.symbol, "1m", limit=2)[0]
        return {"close": close, "volume": volume}

    def on_candle(self, candle):
        self.features.update(candle)
        if not self.features.ready:
            return
        obs = self.features.observation(self.position)
        action, self.lstm_states = self.model.predict(
            obs, state=self.lstm_states, episode_start=self.episode_starts, deterministic=True
        )
        self.episode_starts = np.zeros((1,), dtype=bool)
        self.position = TARGETS[int(action)]
        self.account.rebalance(self.position, candle["close"])
        self.write_journal(candle["close"])

    def write_journal(self, price):
        record = {
            "time": datetime.now(timezone.utc).isoformat(),
            "price": price,
            "position": self.position,
            "equity": round(self.account.equity(price), 2),
            "model": self.model_file.name,
        }
        with self.journal.open("a") as f:
            f.write(json.dumps(record) + "\n")

    def run(self):
        while True:
            started = time.time()
            try:
                self.check_for_new_model()
                self.on_candle(self.fetch_candle())
            except ccxt.NetworkError as error:
                logger.warning("network: %s", error)
            time.sleep(max(0.0, 60.0 - (time.time() - started)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--symbol", default="BTC/USDT")
    parser.add_argument("--models", default="models")
    parser.add_argument("--journal", default="journal.jsonl")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    TradingBot(args.symbol, args.models, args.journal).run()
