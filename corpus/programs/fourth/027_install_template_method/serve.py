import argparse
import json
import socketserver
from pathlib import Path

from npcserver.controllers import Animal, Villager
from npcserver.reload import Reloader

CONTROLLERS = {"animal": Animal(), "villager": Villager()}


class Handler(socketserver.StreamRequestHandler):
    """One JSON object a line: {"kind", "npc", "senses"} or {"kind", "npc", "gone": true}."""

    def handle(self):
        for line in self.rfile:
            msg = json.loads(line)
            controller = CONTROLLERS[msg["kind"]]
            if msg.get("gone"):
                controller.despawn(msg["npc"])
                continue
            action = controller.decide(msg["npc"], msg["senses"])
            self.wfile.write(json.dumps({"npc": msg["npc"], "action": action}).encode() + b"\n")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("weights", type=Path)
    ap.add_argument("--port", type=int, default=7777)
    args = ap.parse_args()
    for kind, controller in CONTROLLERS.items():
        controller.install(args.weights / f"{kind}.pt")
    reloader = Reloader(args.weights, CONTROLLERS)
    reloader.start()
    with socketserver.ThreadingTCPServer(("", args.port), Handler) as server:
        try:
            server.serve_forever()
        finally:
            reloader.stop()


if __name__ == "__main__":
    main()
