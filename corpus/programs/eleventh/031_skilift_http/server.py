import argparse
import io
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import torch

from policy import LiftSpeed

log = logging.getLogger("skilift")
FIELDS = ("queue", "wind", "hour", "temperature")


class Service:
    def __init__(self, path):
        self.lock = threading.Lock()
        self.net = LiftSpeed()
        self.net.load_state_dict(torch.load(path, map_location="cpu"))
        self.net.eval()
        self.lifts = {}
        self.version = 0

    def speed(self, lift, reading):
        obs = torch.tensor([[float(reading[f]) for f in FIELDS]])
        with self.lock, torch.no_grad():
            value, self.lifts[lift] = self.net(obs, self.lifts.get(lift))
        return 1.0 + 4.0 * value.item()

    def close(self, lift):
        with self.lock:
            self.lifts.pop(lift, None)

    def upload(self, raw):
        weights = torch.load(io.BytesIO(raw), map_location="cpu")
        with self.lock:
            self.net.load_state_dict(weights)
            self.version += 1
        log.info("policy version %d", self.version)


class Handler(BaseHTTPRequestHandler):
    service = None

    def _body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _reply(self, code, obj):
        data = json.dumps(obj).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        parts = self.path.strip("/").split("/")
        if len(parts) == 3 and parts[0] == "lifts":
            _, lift, verb = parts
            if verb == "speed":
                try:
                    v = self.service.speed(lift, json.loads(self._body()))
                except (KeyError, ValueError) as e:
                    return self._reply(400, {"error": str(e)})
                return self._reply(200, {"speed": round(v, 2), "version": self.service.version})
            if verb == "close":
                self.service.close(lift)
                return self._reply(200, {"closed": lift})
        self._reply(404, {"error": "unknown path"})

    def do_PUT(self):
        if self.path != "/policy":
            return self._reply(404, {"error": "unknown path"})
        try:
            self.service.upload(self._body())
        except Exception as e:
            log.exception("upload failed")
            return self._reply(422, {"error": str(e)})
        self._reply(200, {"version": self.service.version})


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("weights")
    ap.add_argument("--port", type=int, default=8093)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    Handler.service = Service(args.weights)
    ThreadingHTTPServer(("", args.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
