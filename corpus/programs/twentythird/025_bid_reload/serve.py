import argparse
import json
import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bidder import Bidder


def make_handler(bidder: Bidder, model_dir: Path):
    class Handler(BaseHTTPRequestHandler):
        def _json(self, code: int, body) -> None:
            raw = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def do_GET(self) -> None:
            self._json(200, {"version": bidder.version})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length) or b"{}")
            if self.path == "/bid":
                self._json(200, {"ladder": bidder.quote(body)})
            elif self.path == "/reload":
                target = model_dir / Path(body["name"]).name
                if not target.exists():
                    self._json(404, {"error": f"no such model {target.name}"})
                    return
                self._json(200, {"version": bidder.reload(target)})
            else:
                self._json(404, {"error": "unknown path"})

        def log_message(self, fmt, *args) -> None:
            logging.getLogger("http").debug(fmt, *args)

    return Handler


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--models", type=Path, default=Path("models"))
    ap.add_argument("--start", default="base.pt")
    ap.add_argument("--capacity-mw", type=float, default=40.0)
    ap.add_argument("--port", type=int, default=8090)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    bidder = Bidder(args.models / args.start, args.capacity_mw)
    server = ThreadingHTTPServer(("0.0.0.0", args.port), make_handler(bidder, args.models))
    server.serve_forever()


if __name__ == "__main__":
    main()
