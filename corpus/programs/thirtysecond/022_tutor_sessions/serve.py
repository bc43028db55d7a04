# -*- coding: utf-8 -*-
import io
import json
from http.server import BaseHTTPRequestHandler
from http.server import HTTPServer
from socketserver import ThreadingMixIn

import torch

from engine import Engine

ENGINE = Engine()


class Handler(BaseHTTPRequestHandler):
    def _body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _reply(self, obj, code=200):
        raw = json.dumps(obj).encode("utf-8")
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_POST(self):
        if self.path == "/move":
            req = json.loads(self._body().decode("utf-8"))
            what = ENGINE.move(req["pupil"], req["features"])
            if what == "stop":
                ENGINE.leave(req["pupil"])
            self._reply({"move": what})
        elif self.path == "/leave":
            ENGINE.leave(json.loads(self._body().decode("utf-8"))["pupil"])
            self._reply({})
        else:
            self._reply({"error": "no such path"}, 404)

    def do_PUT(self):
        if self.path != "/weights":
            return self._reply({"error": "no such path"}, 404)
        try:
            ENGINE.publish(torch.load(io.BytesIO(self._body()), map_location="cpu"))
        except (RuntimeError, KeyError) as e:
            return self._reply({"error": str(e)}, 422)
        self._reply({"edition": ENGINE.edition})


class Server(ThreadingMixIn, HTTPServer):
    daemon_threads = True


if __name__ == "__main__":
    Server(("", 8088), Handler).serve_forever()
