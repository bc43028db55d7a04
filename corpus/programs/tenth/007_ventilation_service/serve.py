import argparse
import json
import logging
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from controller import Controller


class Handler(BaseHTTPRequestHandler):
    controller: Controller
    check_every = 60.0
    last_check = 0.0

    def do_POST(self):
        cls = type(self)
        if time.monotonic() - cls.last_check > cls.check_every:
            cls.controller.refresh()
            cls.last_check = time.monotonic()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        speed = cls.controller.speed(body["room"], body["co2"], body["temp"], body["people"])
        answer = json.dumps({"room": body["room"], "fan": speed}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(answer)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("models", type=Path)
    ap.add_argument("--port", type=int, default=8081)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    Handler.controller = Controller(args.models)
    HTTPServer(("", args.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
