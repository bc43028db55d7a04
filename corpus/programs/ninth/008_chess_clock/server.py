"""Time manager service for the engine bots.

POST /games            -> {"game": id}
POST /games/<id>/move  {"remaining": s, "opp_remaining": s, "increment": s, "ply": n, "eval": cp, "legal": n}
DELETE /games/<id>
POST /admin/reload     {"path": "..."}
"""
import argparse
import json
import logging
import os
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import torch

from model import SHARES, ClockPolicy

logger = logging.getLogger("clockd")


class TimeManager:
    def __init__(self, path: str):
        self.lock = threading.Lock()
        self.net = ClockPolicy()
        self.net.eval()
        self.games = {}
        self.path = path
        self.load(path)

    def load(self, path: str) -> None:
        weights = torch.load(path, map_location="cpu")
        with self.lock:
            self.net.load_state_dict(weights)
            self.path = path
        logger.info("weights from %s", path)

    def new_game(self) -> str:
        game = uuid.uuid4().hex
        with self.lock:
            self.games[game] = self.net.zero_state()
        return game

    def end_game(self, game: str) -> None:
        with self.lock:
            self.games.pop(game, None)

    def restart_games(self) -> None:
        with self.lock:
            for game in self.games:
                self.games[game] = self.net.zero_state()

    @torch.no_grad()
    def think_time(self, game: str, q: dict) -> float:
        x = torch.tensor([[
            q["remaining"] / 600, q["opp_remaining"] / 600, q["increment"] / 10,
            q["ply"] / 100, max(-10.0, min(10.0, q["eval"] / 100)), q["legal"] / 50,
        ]], dtype=torch.float32)
        with self.lock:
            logits, self.games[game] = self.net(x, self.games[game])
        share = SHARES[int(logits.argmax())]
        return share * q["remaining"] + 0.8 * q["increment"]


def watch(manager: TimeManager, interval: float) -> None:
    stamp = os.path.getmtime(manager.path)
    while True:
        time.sleep(interval)
        try:
            current = os.path.getmtime(manager.path)
            if current > stamp:
                manager.load(manager.path)
                stamp = current
        except OSError as err:
            logger.warning("watch: %s", err)


class Handler(BaseHTTPRequestHandler):
    manager: TimeManager = None

    def reply(self, code, obj=None):
        data = json.dumps(obj or {}).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def body(self):
        n = int(self.headers.get("Content-Length", 0))
        return json.loads(self.rfile.read(n) or b"{}")

    def do_POST(self):
        parts = self.path.strip("/").split("/")
        if parts == ["games"]:
            return self.reply(201, {"game": self.manager.new_game()})
        if parts == ["admin", "reload"]:
            self.manager.load(self.body().get("path", self.manager.path))
            self.manager.restart_games()
            return self.reply(200, {"path": self.manager.path})
        if len(parts) == 3 and parts[0] == "games" and parts[2] == "move":
            if parts[1] not in self.manager.games:
                return self.reply(404)
            return self.reply(200, {"seconds": self.manager.think_time(parts[1], self.body())})
        self.reply(404)

    def do_DELETE(self):
        self.manager.end_game(self.path.rsplit("/", 1)[-1])
        self.reply(204)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("weights")
    ap.add_argument("--port", type=int, default=8077)
    ap.add_argument("--watch", type=float, default=30.0, help="seconds between looks at the weights file")
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    Handler.manager = TimeManager(args.weights)
    threading.Thread(target=watch, args=(Handler.manager, args.watch), daemon=True).start()
    ThreadingHTTPServer(("", args.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
