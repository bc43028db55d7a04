# Little HTTP service for the gripper cell.
#   POST /act    {"cell": "A3", "force": [...6], "slip": 0.1}
#   POST /reload {"file": "grasp_0412.pt"}
#   POST /drop   {"cell": "A3"}
import os
import threading
from collections import defaultdict, deque

import torch
from flask import Flask, jsonify, request
from torch import nn

WINDOW = int(os.environ.get("GRASP_WINDOW", 24))
MODELS = os.environ.get("GRASP_MODELS", "models")
app = Flask(__name__)


class GraspNet(nn.Module):
    """Looks at the last readings of a cell; the GRU is unrolled over the window in each call."""

    def __init__(self, n_in=7, hidden=96, n_act=5):
        super().__init__()
        self.gru = nn.GRU(n_in, hidden, num_layers=2, batch_first=True)
        self.out = nn.Sequential(nn.Linear(hidden, 48), nn.ReLU(), nn.Linear(48, n_act))

    def forward(self, seq, hidden=None):
        y, hidden = self.gru(seq, hidden)
        return self.out(y[:, -1]), hidden


class Service:
    actions = ("hold", "squeeze", "ease", "lift", "release")

    def __init__(self):
        self.lock = threading.Lock()
        self.net = GraspNet()
        self.state = defaultdict(lambda: deque(maxlen=WINDOW))
        self.version = "none"
        self.calls = 0

    def act(self, cell, reading):
        with self.lock:
            hist = self.state[cell]
            hist.append(reading)
            seq = torch.tensor([list(hist)], dtype=torch.float32)
            with torch.no_grad():
                logits, hidden = self.net(seq)
            self.calls += 1
        energy = hidden.norm().item()
        return self.actions[int(logits.argmax())], energy

    def reload(self, name):
        sd = torch.load(os.path.join(MODELS, os.path.basename(name)), map_location="cpu")
        with self.lock:
            self.net.load_state_dict(sd)
            self.net.eval()
            self.version = name

    def drop(self, cell):
        with self.lock:
            self.state.pop(cell, None)


svc = Service()


@app.post("/act")
def act():
    j = request.get_json(force=True)
    reading = list(map(float, j["force"])) + [float(j["slip"])]
    if len(reading) != 7:
        return jsonify(error="six forces and a slip value, please"), 400
    a, e = svc.act(j["cell"], reading)
    return jsonify(cell=j["cell"], action=a, energy=round(e, 3), version=svc.version)


@app.post("/reload")
def reload_model():
    try:
        svc.reload(request.get_json(force=True)["file"])
    except (FileNotFoundError, RuntimeError) as exc:
        return jsonify(error=str(exc)), 409
    return jsonify(version=svc.version, calls=svc.calls)


@app.post("/drop")
def drop():
    svc.drop(request.get_json(force=True)["cell"])
    return "", 204


if __name__ == "__main__":
    svc.reload(os.environ.get("GRASP_FIRST", "grasp_latest.pt"))
    app.run(host="127.0.0.1", port=5055)
