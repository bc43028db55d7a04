"""JSON lines over a socket: {"op": "open"|"act"|"close", ...}"""
import argparse
import json
import logging
import socketserver
import threading

from server.brain import Brain
from server.registry import Versions
from server.sessions import SessionTable

log = logging.getLogger("serve")
LOCK = threading.Lock()


class Service:
    def __init__(self, brain, versions, channel, check_every=200):
        self.brain = brain
        self.versions = versions
        self.channel = channel
        self.check_every = check_every
        self.sessions = SessionTable()
        self.requests = 0

    def handle(self, message):
        self.requests += 1
        if self.requests % self.check_every == 0:
            self.sessions.sweep()
            wanted = self.versions.changed(self.channel)
            if wanted:
                self.brain.upgrade(wanted)
                self.versions.current = wanted
        op = message["op"]
        if op == "open":
            session = self.sessions.open(self.brain.initial())
            return {"session": session.key, "version": self.brain.version}
        if op == "act":
            session = self.sessions.get(message["session"])
            session.total += float(message.get("reward", 0.0))
            action, session.state, value = self.brain.answer(message["obs"], session.state)
            session.steps += 1
            return {"action": int(action), "value": value, "steps": session.steps}
        if op == "close":
            session = self.sessions.close(message["session"])
            return {"total": session.total if session else 0.0, "open": len(self.sessions)}
        return {"error": f"unknown op {op}"}


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            line = line.strip()
            if not line:
                continue
            try:
                with LOCK:
                    reply = self.server.service.handle(json.loads(line))
            except (KeyError, ValueError) as exc:
                reply = {"error": repr(exc)}
            self.wfile.write((json.dumps(reply) + "\n").encode())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address, service):
        super().__init__(address, Handler)
        self.service = service


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("versions")
    ap.add_argument("--channel", default="stable")
    ap.add_argument("--host", default="127.0.0.1")
    ap.add_argument("--port", type=int, default=7700)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    versions = Versions(args.versions)
    first = versions.read(args.channel)
    if first is None:
        raise SystemExit(f"no {args.channel} in {args.versions}")
    brain = Brain(first)
    versions.current = first
    with Server((args.host, args.port), Service(brain, versions, args.channel)) as server:
        log.info("listening on %s:%d", args.host, args.port)
        server.serve_forever()


if __name__ == "__main__":
    main()
