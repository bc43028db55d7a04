"""HTTP service the herding drones ask for their next heading.

POST /session                 {"policy": "drive"}            -> {"sid": ...}
POST /session/<sid>/step      {"readings": [...]}            -> {"heading": .., "speed": ..}
DELETE /session/<sid>
PUT  /policy/<name>           {"version": "2024-05-01_b"}    roll forward or back by hand
"""
import argparse
import json
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from policies import Slot

SLOTS = {}
SESSIONS = {}


class Handler(BaseHTTPRequestHandler):
    def reply(self, code, body):
        raw = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")

    def do_POST(self):
        parts = self.path.strip("/").split("/")
        data = self.body()
        if parts == ["session"]:
            if data.get("policy") not in SLOTS:
                return self.reply(404, {"error": "no such policy"})
            sid = uuid.uuid4().hex
            SESSIONS[sid] = data["policy"]
            return self.reply(201, {"sid": sid})
        if len(parts) == 3 and parts[2] == "step" and parts[1] in SESSIONS:
            slot = SLOTS[SESSIONS[parts[1]]]
            heading, speed = slot.command(parts[1], data["readings"])
            return self.reply(200, {"heading": heading, "speed": speed, "version": slot.version})
        self.reply(404, {"error": "unknown"})

    def do_DELETE(self):
        sid = self.path.rsplit("/", 1)[-1]
        name = SESSIONS.pop(sid, None)
        if name:
            SLOTS[name].forget(sid)
        self.reply(200, {})

    def do_PUT(self):
        parts = self.path.strip("/").split("/")
        if len(parts) != 2 or parts[0] != "policy" or parts[1] not in SLOTS:
            return self.reply(404, {"error": "unknown"})
        slot = SLOTS[parts[1]]
        file = slot.folder / (self.body()["version"] + ".pt")
        if not file.exists():
            return self.reply(404, {"error": "no such version"})
        slot.install(file)
        slot.forget()
        self.reply(200, {"policy": slot.name, "version": slot.version})

    def log_message(self, *a):
        pass


def follow_uploads(period):
    """the training box rsyncs new versions into the folders"""
    while True:
        time.sleep(period)
        for slot in SLOTS.values():
            file = slot.newest()
            if file is not None and file.stat().st_mtime > slot.mtime:
                slot.install(file)
                print(f"{slot.name}: now {slot.version}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder")
    ap.add_argument("--policies", nargs="+", default=["gather", "drive", "guard"])
    ap.add_argument("--port", type=int, default=8093)
    ap.add_argument("--poll", type=float, default=10.0)
    args = ap.parse_args()
    for name in args.policies:
        SLOTS[name] = Slot(name, args.folder)
    threading.Thread(target=follow_uploads, args=(args.poll,), daemon=True).start()
    ThreadingHTTPServer(("", args.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
