import threading
from collections import OrderedDict

import torch
import torch.nn as nn
from flask import Flask, abort, jsonify, request


class EtaModel(nn.Module):
    """Hours to delivery and best carrier given the scan events of one parcel."""

    def __init__(self, n_in=10, hid=80, carriers=6):
        super().__init__()
        self.proj = nn.Linear(n_in, hid)
        self.rnn = nn.LSTMCell(hid, hid)
        self.eta = nn.Linear(hid, 1)
        self.carrier = nn.Linear(hid, carriers)

    def forward(self, x, state=None):
        h, c = self.rnn(torch.relu(self.proj(x)), state)
        return self.eta(h), self.carrier(h), (h, c)


class StateCache:
    def __init__(self, cap=100_000):
        self.cap = cap
        self.rows = OrderedDict()

    def get(self, key):
        return self.rows.get(key)

    def put(self, key, value):
        self.rows[key] = value
        self.rows.move_to_end(key)
        while len(self.rows) > self.cap:
            self.rows.popitem(last=False)

    def drop(self, key):
        self.rows.pop(key, None)

    def flush(self):
        n = len(self.rows)
        self.rows.clear()
        return n


app = Flask(__name__)
lock = threading.Lock()
model = EtaModel().eval()
cache = StateCache()
info = {"path": None}


def install(path):
    state = torch.load(path, map_location="cpu")
    with lock:
        model.load_state_dict(state)
        info["path"] = path
        return cache.flush()


@app.post("/parcel/<pid>/event")
def event(pid):
    feats = request.get_json().get("features")
    if not feats or len(feats) != 10:
        abort(400, "need 10 features")
    x = torch.tensor([feats], dtype=torch.float32)
    with lock, torch.no_grad():
        eta, carrier, state = model(x, cache.get(pid))
        cache.put(pid, state)
    return jsonify(eta_h=round(eta.item(), 1), carrier=int(carrier.argmax()))


@app.post("/parcel/<pid>/delivered")
def delivered(pid):
    with lock:
        cache.drop(pid)
    return "", 204


@app.post("/admin/model")
def admin_model():
    path = request.form.get("path", "")
    if not path.endswith(".pt"):
        abort(400, "path must be a .pt file")
    try:
        flushed = install(path)
    except FileNotFoundError:
        abort(404, path)
    return jsonify(model=path, flushed=flushed)


@app.get("/admin/model")
def which():
    return jsonify(model=info["path"], parcels=len(cache.rows))


if __name__ == "__main__":
    install("eta_latest.pt")
    app.run(port=8090, threaded=True)
