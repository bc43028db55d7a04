import datetime as dt
import logging
import os
import time

import ccxt
import torch
import yaml

from model import load_model

logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
logger = logging.getLogger("bot")


class TradingBot:
    def __init__(self, cfg):
        self.cfg = cfg
        self.exchange = getattr(ccxt, cfg["exchange"])({
            "apiKey": os.environ.get("API_KEY"),
            "secret": os.environ.get("API_SECRET"),
            "enableRateLimit": True,
        })
        self.model, self.scale = load_model(cfg["model_path"])
        self.memory = None
        self.last_ts = 0
        self.last_close = None
        self.position = 0.0
        self.next_reload = self._next_reload()

    def _next_reload(self):
        hh, mm = map(int, self.cfg["reload_at"].split(":"))
        now = dt.datetime.utcnow()
        t = now.replace(hour=hh, minute=mm, second=0, microsecond=0)
        return t if t > now else t + dt.timedelta(days=1)

    def maybe_reload(self):
        if dt.datetime.utcnow() < self.next_reload:
            return
        try:
            self.model, self.scale = load_model(self.cfg["model_path"])
            logger.info("loaded retrained model %s", self.cfg["model_path"])
        except Exception:
            logger.exception("could not load the new model")
        self.next_reload = self._next_reload()

    def features(self, candle):
        _, o, h, l, c, v = candle
        ref = self.last_close or o
        self.last_close = c
        row = [o / ref - 1, h / ref - 1, l / ref - 1, c / ref - 1, v / self.scale["volume"]]
        return torch.tensor(row, dtype=torch.float32).view(1, 1, -1)

    def new_candles(self):
        rows = self.exchange.fetch_ohlcv(self.cfg["symbol"], self.cfg["timeframe"], limit=50)
        rows = [r for r in rows[:-1] if r[0] > self.last_ts]
        if rows:
            self.last_ts = rows[-1][0]
        return rows

    @torch.no_grad()
    def decide(self, candle):
        probs, self.memory = self.model(self.features(candle), self.memory)
        p_sell, _, p_buy = probs[0].tolist()
        if p_buy > self.cfg["threshold"]:
            return "buy"
        if p_sell > self.cfg["threshold"]:
            return "sell"
        return None

    def execute(self, side, price):
        if side == "buy" and self.position > 0 or side == "sell" and self.position <= 0:
            return
        size = self.cfg["order_size"]
        if not self.cfg["paper"]:
            self.exchange.create_order(self.cfg["symbol"], "market", side, size)
        self.position += size if side == "buy" else -size
        logger.info(f"{side} {size} {self.cfg['symbol']} @ {price:.2f}, position {self.position:.3f}")

    def run(self):
        while True:
            self.maybe_reload()
            try:
                candles = self.new_candles()
            except ccxt.NetworkError as e:
                logger.warning(f"exchange: {e}")
                time.sleep(10)
                continue
            side = None
            for candle in candles:
                side = self.decide(candle)
            if side:
                self.execute(side, candles[-1][4])
            time.sleep(20)


if __name__ == "__main__":
    with open("config.yaml") as f:
        TradingBot(yaml.safe_load(f)).run()
