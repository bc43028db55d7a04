import argparse
import json
import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .service import NpcService, Watcher


def handler_for(service):
    class Handler(BaseHTTPRequestHandler):
        def _body(self):
            return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

        def _reply(self, payload, status=200):
            data = json.dumps(payload).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self):
            msg = self._body()
            if self.path == "/command":
                self._reply({"command": service.command(msg["npc"], msg["features"]), "generation": service.generation})
            elif self.path == "/despawn":
                service.despawn(msg["npc"])
                self._reply({})
            else:
                self._reply({"error": "unknown"}, 404)

        def log_message(self, fmt, *args):
            logging.debug(fmt, *args)

    return Handler


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("weights", type=Path)
    ap.add_argument("--features", type=int, default=24)
    ap.add_argument("--commands", type=int, default=9)
    ap.add_argument("--port", type=int, default=8055)
    ns = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    service = NpcService(ns.features, ns.commands, ns.weights)
    watcher = Watcher(service, ns.weights)
    watcher.start()
    server = ThreadingHTTPServer(("0.0.0.0", ns.port), handler_for(service))
    try:
        server.serve_forever()
    finally:
        watcher.stop()


if __name__ == "__main__":
    main()
