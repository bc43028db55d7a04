import argparse
import json
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import torch

from ranker import ClickRNN, load_catalogue


class Feed:
    def __init__(self, catalogue, weights=None):
        self.catalogue = catalogue
        self.ranker = ClickRNN()
        if weights:
            self.ranker.load_state_dict(torch.load(weights, map_location="cpu"))
        self.ranker.eval()
        self.sessions = {}
        self.guard = threading.Lock()
        self.version = weights

    def open(self, sid):
        with self.guard:
            z = torch.zeros(1, self.ranker.hidden)
            self.sessions[sid] = (z, z.clone())

    def close(self, sid):
        with self.guard:
            self.sessions.pop(sid, None)

    @torch.no_grad()
    def event(self, sid, article, clicked):
        with self.guard:
            self.sessions[sid] = self.ranker.update(self.catalogue[article], clicked, self.sessions[sid])

    @torch.no_grad()
    def page(self, sid, n):
        pool = random.sample(sorted(self.catalogue), min(200, len(self.catalogue)))
        with self.guard:
            s = self.ranker.scores([self.catalogue[i] for i in pool], self.sessions[sid])
        order = s.argsort(descending=True)[:n].tolist()
        return [pool[i] for i in order]

    def reload(self, path):
        fresh = torch.load(path, map_location="cpu")
        with self.guard:
            self.ranker.load_state_dict(fresh)
            self.version = path


def make_handler(feed):
    class Handler(BaseHTTPRequestHandler):
        def reply(self, obj, code=200):
            body = json.dumps(obj).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            if self.path == "/status":
                return self.reply({"version": feed.version, "sessions": len(feed.sessions)})
            self.reply({"error": "unknown"}, 404)

        def do_POST(self):
            size = int(self.headers.get("Content-Length", 0))
            msg = json.loads(self.rfile.read(size) or b"{}")
            if self.path == "/open":
                feed.open(msg["session"])
                return self.reply({"articles": feed.page(msg["session"], 10)})
            if self.path == "/event":
                if msg["session"] not in feed.sessions:
                    return self.reply({"error": "no session"}, 410)
                feed.event(msg["session"], msg["article"], msg["clicked"])
                return self.reply({"articles": feed.page(msg["session"], msg.get("n", 10))})
            if self.path == "/close":
                feed.close(msg["session"])
                return self.reply({})
            if self.path == "/admin/reload":
                try:
                    feed.reload(msg["weights"])
                except (OSError, RuntimeError) as e:
                    return self.reply({"error": str(e)}, 500)
                return self.reply({"version": feed.version})
            self.reply({"error": "unknown"}, 404)

    return Handler


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("catalogue")
    ap.add_argument("--weights")
    ap.add_argument("--port", type=int, default=8080)
    a = ap.parse_args()
    feed = Feed(load_catalogue(a.catalogue), a.weights)
    ThreadingHTTPServer(("", a.port), make_handler(feed)).serve_forever()
