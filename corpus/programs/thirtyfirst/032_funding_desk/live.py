import json
import os
import threading
import time

import mlflow
import websocket
from mlflow.tracking import MlflowClient

from session import History, Session

MODEL = os.environ.get("CARRY_MODEL", "funding-carry")
MARKETS = ["BTC-PERP", "ETH-PERP", "SOL-PERP"]
LIMIT = 50_000


class FundingDesk:
    def __init__(self):
        self.client = MlflowClient()
        self.history = History()
        self.sessions = {}
        self.weights = {m: 0.0 for m in MARKETS}
        self.mutex = threading.Lock()
        self.install(self.champion())

    def champion(self):
        return self.client.get_model_version_by_alias(MODEL, "champion").version

    def install(self, version):
        net = mlflow.pytorch.load_model(f"models:/{MODEL}/{version}", map_location="cpu").eval()
        with self.mutex:
            for market in MARKETS:
                s = Session(market, net, version)
                self.weights[market] = self.history.replay_into(s)
                self.sessions[market] = s
        print("serving", MODEL, "v", version)

    def poll(self):
        while True:
            time.sleep(120)
            try:
                version = self.champion()
            except mlflow.exceptions.MlflowException as exc:
                print("registry:", exc)
                continue
            if version != self.sessions[MARKETS[0]].version:
                self.install(version)

    def on_message(self, ws, raw):
        msg = json.loads(raw)
        if msg.get("channel") != "bars" or msg.get("market") not in self.weights:
            return
        d = msg["data"]
        bar = [d["ret"] * 1e3, d["funding"] * 1e4, d["basis"] * 1e2, d["oi_change"], d["vol_z"]]
        with self.mutex:
            self.history.add(msg["market"], bar)
            before = self.weights[msg["market"]]
            after = self.sessions[msg["market"]].push(bar)
            self.weights[msg["market"]] = after
        if abs(after - before) > 0.05:
            print(f"{d['time']} {msg['market']} target {after * LIMIT:,.0f} USD")

    def on_open(self, ws):
        for m in MARKETS:
            ws.send(json.dumps({"op": "subscribe", "channel": "bars", "market": m}))


if __name__ == "__main__":
    desk = FundingDesk()
    threading.Thread(target=desk.poll, daemon=True).start()
    app = websocket.WebSocketApp(os.environ["BAR_FEED"], on_message=desk.on_message, on_open=desk.on_open)
    app.run_forever(reconnect=5)
