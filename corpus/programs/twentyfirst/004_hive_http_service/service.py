"""HTTP service: hives post their sensor readings, get back the heating power.

    POST /step    {"hive": "B07", "obs": [...]}       -> {"watts": 12.4}
    POST /swarm   {"hive": "B07"}                     colony replaced, start over
    POST /reload  {"path": "runs/0123/policy.pt"}     new controller
"""
import argparse
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import torch

from controller import BroodController

controller = None


class Handler(BaseHTTPRequestHandler):
    def _reply(self, code, body):
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        n = int(self.headers.get("Content-Length", 0))
        msg = json.loads(self.rfile.read(n) or b"{}")
        try:
            if self.path == "/step":
                watts = controller.step(msg["hive"], msg["obs"])
                self._reply(200, {"watts": watts})
            elif self.path == "/swarm":
                controller.forget(msg["hive"])
                self._reply(200, {"ok": True})
            elif self.path == "/reload":
                controller.reload(msg["path"])
                self._reply(200, {"version": controller.version})
            else:
                self._reply(404, {"error": "unknown endpoint"})
        except (KeyError, FileNotFoundError, RuntimeError) as err:
            self._reply(400, {"error": str(err)})

    def log_message(self, fmt, *args):
        pass


def main():
    global controller
    p = argparse.ArgumentParser()
    p.add_argument("weights")
    p.add_argument("--port", type=int, default=8077)
    args = p.parse_args()
    torch.set_num_threads(1)
    controller = BroodController(args.weights, lock=threading.Lock())
    ThreadingHTTPServer(("", args.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
