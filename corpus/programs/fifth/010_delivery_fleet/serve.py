import argparse
import json
import logging
import socketserver
from pathlib import Path

from fleet import Hub


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            reply = self.server.hub.handle(json.loads(line))
            self.wfile.write(json.dumps(reply).encode() + b"\n")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--models", type=Path, default=Path("models"))
    ap.add_argument("--tag", required=True)
    ap.add_argument("--port", type=int, default=7070)
    ns = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    with socketserver.TCPServer(("", ns.port), Handler) as server:
        server.hub = Hub(ns.models, ns.tag)
        server.serve_forever()


if __name__ == "__main__":
    main()
