import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from calls import CallCenter

center = None


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/frames":
            answer = center.frames(body["call"], body["feats"], body["user_speaks"])
        elif self.path == "/hangup":
            center.hang_up(body["call"])
            answer = {}
        elif self.path == "/model":
            answer = center.new_model(body["path"])
        else:
            self.send_error(404)
            return
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--model", default="turns.pt")
    ap.add_argument("--port", type=int, default=8123)
    a = ap.parse_args()
    center = CallCenter(a.model)
    ThreadingHTTPServer(("", a.port), Handler).serve_forever()
