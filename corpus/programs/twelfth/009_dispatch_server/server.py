import argparse
import json
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from policy import PolicyHost

log = logging.getLogger("dispatch")


def watch_folder(host, period):
    """Picks up versions that the nightly training job drops into the folder."""
    seen = set(host.versions())
    while True:
        time.sleep(period)
        fresh = [v for v in host.versions() if v not in seen]
        if not fresh:
            continue
        seen.update(fresh)
        try:
            host.activate(fresh[-1])
            log.info("now serving %s", host.version)
        except (RuntimeError, OSError):
            log.exception("could not activate %s", fresh[-1])


class Handler(BaseHTTPRequestHandler):
    host: PolicyHost = None

    def _reply(self, code, body):
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self._reply(200, {"version": self.host.version, "available": self.host.versions()})

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        try:
            body = json.loads(self.rfile.read(length) or b"{}")
        except json.JSONDecodeError:
            return self._reply(400, {"error": "bad json"})

        if self.path == "/zone":
            zone, version = self.host.choose_zone(body["taxi"], body["features"])
            return self._reply(200, {"zone": zone, "version": version})

        if self.path == "/shift":
            self.host.start_shift(body["taxi"])
            return self._reply(200, {"ok": True})

        if self.path == "/version":
            wanted = body["version"]
            if wanted not in self.host.versions():
                return self._reply(404, {"error": f"no such version {wanted}"})
            self.host.activate(wanted)
            self.host.forget_all()
            return self._reply(200, {"version": self.host.version})

        return self._reply(404, {"error": "unknown path"})

    def log_message(self, fmt, *args):
        log.debug(fmt, *args)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--folder", default="models")
    ap.add_argument("--version", default="v001")
    ap.add_argument("--port", type=int, default=8080)
    ap.add_argument("--poll", type=float, default=30.0)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    host = PolicyHost(args.folder, args.version)
    Handler.host = host
    threading.Thread(target=watch_folder, args=(host, args.poll), daemon=True).start()
    log.info("serving %s on port %d", host.version, args.port)
    ThreadingHTTPServer(("", args.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
