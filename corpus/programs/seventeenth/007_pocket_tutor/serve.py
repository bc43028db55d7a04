import json
import socketserver
import sys
import threading
from collections import defaultdict

import torch

from tutor import N_SKILLS, Distiller, PocketTutor

LENGTH = 40


class Logs:
    def __init__(self):
        self.rows = defaultdict(list)
        self.full = []

    def add(self, learner, skill, correct):
        row = self.rows[learner]
        row.append(skill + N_SKILLS * int(correct))
        if len(row) == LENGTH:
            self.full.append(self.rows.pop(learner))

    def batches(self, size=32):
        rows, self.full = self.full, []
        for i in range(0, len(rows), size):
            yield torch.tensor(rows[i:i + size])


def main():
    distiller = Distiller(sys.argv[1])
    tutor = PocketTutor(distiller)
    logs, lock = Logs(), threading.Lock()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            for line in self.rfile:
                m = json.loads(line)
                with lock:
                    nxt = tutor.answer(m["learner"], m["skill"], m["correct"])
                    logs.add(m["learner"], m["skill"], m["correct"])
                self.wfile.write(json.dumps({"next": nxt}).encode() + b"\n")

    stop = threading.Event()

    def background():
        while not stop.wait(600):
            with lock:
                batches = list(logs.batches())
            if not batches:
                continue
            for _ in range(5):
                losses = [distiller.fit(b) for b in batches]
            with lock:
                tutor.publish()
            print("published student, loss", sum(losses) / len(losses))

    threading.Thread(target=background, daemon=True).start()
    with socketserver.ThreadingTCPServer(("", 7300), Handler) as srv:
        srv.serve_forever()
    stop.set()


if __name__ == "__main__":
    main()
