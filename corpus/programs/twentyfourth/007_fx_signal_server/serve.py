"""Subscribe to ticks, publish a position for every tick. Picks up new checkpoints from the nightly/hourly trainer."""
import argparse
import json
import logging
import os
import threading
import time

import torch
import zmq

from model import PAIRS, TickGRU

log = logging.getLogger("fx")


class SignalService:
    def __init__(self, ckpt):
        self.ckpt = ckpt
        self.lock = threading.Lock()
        self.model = TickGRU()
        self.model.load_state_dict(torch.load(ckpt, map_location="cpu"))
        self.model.eval()
        self.hidden = {p: None for p in PAIRS}
        self.last_mid = {}
        self.loaded_at = os.path.getmtime(ckpt)

    def watch(self, interval=5.0):
        while True:
            time.sleep(interval)
            try:
                mtime = os.path.getmtime(self.ckpt)
            except FileNotFoundError:
                continue
            if mtime > self.loaded_at:
                self.refresh(mtime)

    def refresh(self, mtime):
        weights = torch.load(self.ckpt, map_location="cpu")
        with self.lock:
            self.model.load_state_dict(weights)
            self.loaded_at = mtime
        log.info("new weights from %s", time.ctime(mtime))

    def features(self, tick):
        mid = 0.5 * (tick["bid"] + tick["ask"])
        prev = self.last_mid.get(tick["pair"], mid)
        self.last_mid[tick["pair"]] = mid
        return torch.tensor([[[tick["bid"], tick["ask"], 1e4 * (mid / prev - 1), tick["ask"] - tick["bid"]]]])

    @torch.no_grad()
    def on_tick(self, tick):
        pair = tick["pair"]
        x = self.features(tick)
        with self.lock:
            logits, self.hidden[pair] = self.model(x, self.hidden[pair])
        prob = torch.softmax(logits, -1)[0]
        return {"pair": pair, "ts": tick["ts"], "position": int(prob.argmax()) - 1, "conf": float(prob.max())}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--ckpt", default="models/tick_gru.pt")
    ap.add_argument("--ticks", default="tcp://127.0.0.1:7001")
    ap.add_argument("--signals", default="tcp://*:7002")
    ap.add_argument("--min-conf", type=float, default=0.45)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    service = SignalService(args.ckpt)
    threading.Thread(target=service.watch, daemon=True).start()

    ctx = zmq.Context()
    sub = ctx.socket(zmq.SUB)
    sub.connect(args.ticks)
    sub.setsockopt_string(zmq.SUBSCRIBE, "")
    pub = ctx.socket(zmq.PUB)
    pub.bind(args.signals)

    while True:
        tick = json.loads(sub.recv_string())
        if tick.get("pair") not in PAIRS:
            continue
        signal = service.on_tick(tick)
        if signal["conf"] >= args.min_conf:
            pub.send_json(signal)


if __name__ == "__main__":
    main()
