"""Advisory service for the shield drivers.

POST /rings            start a ring (one stroke of the shield), returns ring id
POST /rings/<id>/step  one sensor row, returns the advised setting
DELETE /rings/<id>     ring built
POST /admin/reload     load the newest weights from the model folder
"""
import argparse
import logging
import threading
import time
import uuid
from pathlib import Path

import torch
from flask import Flask, abort, jsonify, request

from model import SENSORS, SETTINGS, AdvancePolicy

log = logging.getLogger("advisor")
app = Flask(__name__)


class Advisor:
    def __init__(self, model_dir):
        self.model_dir = Path(model_dir)
        self.lock = threading.Lock()
        self.policy = AdvancePolicy()
        self.version = None
        self.rings = {}
        self.reload()

    def newest(self):
        files = sorted(self.model_dir.glob("policy_*.pt"), key=lambda p: p.stat().st_mtime)
        if not files:
            raise FileNotFoundError(f"no weights in {self.model_dir}")
        return files[-1]

    def reload(self):
        path = self.newest()
        if path.name == self.version:
            return False
        weights = torch.load(path, map_location="cpu", weights_only=True)
        with self.lock:
            self.policy.load_state_dict(weights)
            self.policy.eval()
            self.version = path.name
        log.info("serving %s", path.name)
        return True

    def start_ring(self):
        ring_id = uuid.uuid4().hex
        with self.lock:
            self.rings[ring_id] = {"state": self.policy.zero_state(), "started": time.time(), "steps": 0}
        return ring_id

    @torch.no_grad()
    def step(self, ring_id, row):
        with self.lock:
            ring = self.rings[ring_id]
            logits, ring["state"] = self.policy(torch.tensor([row]), ring["state"])
            ring["steps"] += 1
        probs = torch.softmax(logits, dim=-1)[0]
        best = int(probs.argmax())
        return SETTINGS[best], float(probs[best])

    def end_ring(self, ring_id):
        with self.lock:
            return self.rings.pop(ring_id, None)


advisor = None


@app.post("/rings")
def start_ring():
    return jsonify(ring=advisor.start_ring(), model=advisor.version), 201


@app.post("/rings/<ring_id>/step")
def step(ring_id):
    if ring_id not in advisor.rings:
        abort(404, "unknown ring")
    data = request.get_json()
    try:
        row = [float(data[name]) for name in SENSORS]
    except KeyError as err:
        abort(400, f"missing sensor {err}")
    setting, confidence = advisor.step(ring_id, row)
    return jsonify(setting=setting, confidence=confidence, model=advisor.version)


@app.delete("/rings/<ring_id>")
def end_ring(ring_id):
    ring = advisor.end_ring(ring_id)
    if ring is None:
        abort(404, "unknown ring")
    return jsonify(steps=ring["steps"], seconds=time.time() - ring["started"])


@app.post("/admin/reload")
def reload_weights():
    changed = advisor.reload()
    return jsonify(changed=changed, model=advisor.version)


def main():
    global advisor
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", default="models")
    parser.add_argument("--port", type=int, default=8080)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    advisor = Advisor(args.models)
    app.run(port=args.port, threaded=True)


if __name__ == "__main__":
    main()
