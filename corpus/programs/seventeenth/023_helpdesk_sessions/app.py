import json
import sys
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from service import RankerService

VOCAB = 20000
service = None


def tokenize(text):
    words = text.lower().split() or [""]
    return [zlib.crc32(w.encode()) % VOCAB for w in words]


class Handler(BaseHTTPRequestHandler):
    def _body(self):
        n = int(self.headers.get("Content-Length", 0))
        return json.loads(self.rfile.read(n) or b"{}")

    def _send(self, obj, code=200):
        data = json.dumps(obj).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        body = self._body()
        try:
            if self.path == "/tickets":
                self._send({"ticket": service.open()})
            elif self.path == "/suggest":
                self._send({"replies": service.suggest(body["ticket"], tokenize(body["text"]))})
            elif self.path == "/close":
                service.close(body["ticket"])
                self._send({"ok": True})
            elif self.path == "/admin/reload":
                self._send({"version": service.reload()})
            else:
                self._send({"error": "unknown path"}, 404)
        except KeyError as e:
            self._send({"error": f"missing or unknown {e}"}, 400)


if __name__ == "__main__":
    service = RankerService(sys.argv[1])
    ThreadingHTTPServer(("", int(sys.argv[2]) if len(sys.argv) > 2 else 8090), Handler).serve_forever()
