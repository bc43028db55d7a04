import argparse
import json
import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from dispatcher import Dispatcher


class Handler(BaseHTTPRequestHandler):
    dispatcher: Dispatcher = None

    def _body(self):
        length = int(self.headers.get("Content-Length", 0))
        return json.loads(self.rfile.read(length) or b"{}")

    def _reply(self, payload, code=200):
        raw = json.dumps(payload).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(raw)

    def do_POST(self):
        body = self._body()
        if self.path == "/decide":
            move = self.dispatcher.decide(body["crane"], body["features"], body["open"])
            self._reply({"move": move, "build": self.dispatcher.build})
        elif self.path == "/sign_on":
            self.dispatcher.sign_on(body["crane"])
            self._reply({"ok": True})
        elif self.path == "/model":
            path = Path(body["path"])
            if not path.exists():
                self._reply({"error": "no such file"}, 404)
                return
            self._reply({"build": self.dispatcher.install(path)})
        else:
            self._reply({"error": "unknown path"}, 404)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weights", type=Path)
    parser.add_argument("--port", type=int, default=8095)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    Handler.dispatcher = Dispatcher(args.weights)
    ThreadingHTTPServer(("0.0.0.0", args.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
