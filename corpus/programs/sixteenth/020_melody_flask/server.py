import argparse
import threading
import uuid

import torch
from flask import Flask, abort, jsonify, request
from torch import nn

app = Flask(__name__)
lock = threading.Lock()


class MelodyNet(nn.Module):
    def __init__(self, notes=130, width=192):
        super().__init__()
        self.width = width
        self.emb = nn.Embedding(notes, width)
        self.cells = nn.ModuleList([nn.LSTMCell(width, width) for _ in range(2)])
        self.out = nn.Linear(width, notes)

    def empty(self):
        return [(torch.zeros(1, self.width), torch.zeros(1, self.width)) for _ in self.cells]

    def forward(self, note, states):
        x = self.emb(note)
        new = []
        for cell, st in zip(self.cells, states):
            h, c = cell(x, st)
            new.append((h, c))
            x = x + h
        return self.out(x), new


class Studio:
    def __init__(self, path):
        self.net = MelodyNet()
        self.path = path
        self.players = {}
        self.revision = 0
        self.reload(path)

    def reload(self, path):
        weights = torch.load(path, map_location="cpu")
        with lock:
            self.net.load_state_dict(weights)
            self.net.eval()
            self.players = {pid: self.net.empty() for pid in self.players}
            self.path = path
            self.revision += 1

    def join(self):
        pid = uuid.uuid4().hex
        with lock:
            self.players[pid] = self.net.empty()
        return pid

    def leave(self, pid):
        with lock:
            self.players.pop(pid, None)

    def respond(self, pid, notes, temperature):
        with lock, torch.no_grad():
            states = self.players[pid]
            for n in notes:
                logits, states = self.net(torch.tensor([n]), states)
            self.players[pid] = states
        probs = (logits[0] / temperature).softmax(0)
        return int(torch.multinomial(probs, 1))


studio = None


@app.post("/join")
def join():
    return jsonify(player=studio.join(), revision=studio.revision)


@app.post("/play/<pid>")
def play(pid):
    body = request.get_json()
    if pid not in studio.players:
        abort(404)
    if not body.get("notes"):
        abort(400)
    note = studio.respond(pid, body["notes"], float(body.get("temperature", 1.0)))
    return jsonify(note=note, revision=studio.revision)


@app.delete("/join/<pid>")
def leave(pid):
    studio.leave(pid)
    return "", 204


@app.post("/admin/reload")
def reload():
    path = request.get_json(silent=True) or {}
    try:
        studio.reload(path.get("path", studio.path))
    except (OSError, RuntimeError) as e:
        return jsonify(error=str(e)), 409
    return jsonify(revision=studio.revision)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("weights")
    ap.add_argument("--port", type=int, default=5005)
    opts = ap.parse_args()
    studio = Studio(opts.weights)
    app.run(port=opts.port, threaded=True)
