import argparse
import json
import logging
import socketserver
from pathlib import Path

import torch

from committee import Committee

FEATURES = 20
CHECK_EVERY = 500


class MailHandler(socketserver.StreamRequestHandler):
    """One JSON line in (sender, features, optionally a verdict of the user), one line out."""

    def handle(self):
        srv = self.server
        for line in self.rfile:
            msg = json.loads(line)
            if "verdict" in msg:
                votes = srv.votes.pop(msg["id"], None)
                if votes is not None:
                    srv.committee.learn_errors(votes, msg["verdict"] == "spam")
                continue
            x = torch.tensor([msg["features"]], dtype=torch.float32)
            p, votes = srv.committee.judge(msg["sender"], x)
            srv.votes[msg["id"]] = votes
            self.wfile.write((json.dumps({"id": msg["id"], "spam": p}) + "\n").encode())
            srv.handled += 1
            if srv.handled % CHECK_EVERY == 0:
                srv.committee.fill_weakest_seat()


class MailServer(socketserver.TCPServer):
    allow_reuse_address = True

    def __init__(self, addr, committee):
        super().__init__(addr, MailHandler)
        self.committee = committee
        self.votes = {}
        self.handled = 0


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--port", type=int, default=8899)
    ap.add_argument("--start", type=Path, nargs="+", required=True, help="one weight file per seat")
    ap.add_argument("--incoming", type=Path, default=Path("incoming"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    committee = Committee(FEATURES, len(args.start), args.incoming)
    for seat, path in zip(committee, args.start):
        seat.replace(torch.load(path, map_location="cpu"))
    with MailServer(("127.0.0.1", args.port), committee) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
