#!/usr/bin/env python3
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import torch

from model import MOVES, TurnPolicy, features


class Partner:
    def __init__(self, path):
        self.path = path
        self.lock = threading.Lock()
        self.policy = TurnPolicy().eval()
        self.learners = {}
        self.loaded_at = 0.0
        self.load(path)

    def load(self, path):
        weights = torch.load(path, map_location="cpu")
        with self.lock:
            self.policy.load_state_dict(weights)
            self.loaded_at = time.time()

    def forget_all(self):
        with self.lock:
            self.learners.clear()

    def turn(self, learner, text, seconds, errors):
        with self.lock, torch.no_grad():
            state = self.learners.get(learner)
            if state is None:
                state = self.policy.initial()
            logits, self.learners[learner] = self.policy(features(text, seconds, errors), state)
        return MOVES[torch.distributions.Categorical(logits=logits[0]).sample().item()]

    def leave(self, learner):
        with self.lock:
            self.learners.pop(learner, None)


partner = None


class Handler(BaseHTTPRequestHandler):
    def reply(self, code, obj):
        body = json.dumps(obj).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        msg = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if self.path == "/turn":
            move = partner.turn(msg["learner"], msg["text"], msg.get("seconds", 5), msg.get("errors", 0))
            self.reply(200, {"move": move})
        elif self.path == "/bye":
            partner.leave(msg["learner"])
            self.reply(200, {})
        elif self.path == "/admin/model":
            if self.headers.get("X-Token") != os.environ["PARLA_TOKEN"]:
                self.reply(403, {"error": "token"})
                return
            partner.load(msg["path"])
            partner.forget_all()
            self.reply(200, {"loaded": msg["path"]})
        else:
            self.reply(404, {"error": self.path})


def nightly(interval=60):
    # the trainer writes the file about 3 am
    while True:
        time.sleep(interval)
        try:
            if os.path.getmtime(partner.path) > partner.loaded_at:
                partner.load(partner.path)
                print("picked up", partner.path, flush=True)
        except (OSError, RuntimeError) as e:
            print("reload failed:", e, file=sys.stderr)


if __name__ == "__main__":
    partner = Partner(sys.argv[1])
    threading.Thread(target=nightly, daemon=True).start()
    ThreadingHTTPServer(("", 8080), Handler).serve_forever()
