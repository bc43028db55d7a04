"""HTTP service that dispatches lifts. Each building keeps a recurrent session on the server."""
import argparse
import logging
import os
import threading

import torch
import torch.nn as nn
from flask import Flask, jsonify, request

logging.basicConfig(level=logging.INFO)
log = logging.getLogger("lift-service")

OBS_DIM = 24
N_FLOORS = 12
HIDDEN = 128


class DispatchNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(OBS_DIM, HIDDEN)
        self.lstm = nn.LSTM(HIDDEN, HIDDEN, batch_first=True)
        self.q = nn.Linear(HIDDEN, N_FLOORS)

    def forward(self, obs, state=None):
        x = torch.relu(self.embed(obs))
        x, state = self.lstm(x, state)
        return self.q(x), state


class PolicyService:
    def __init__(self, checkpoint_path, device="cpu"):
        self.device = torch.device(device)
        self.checkpoint_path = checkpoint_path
        self.lock = threading.Lock()
        self.net = DispatchNet().to(self.device)
        self.sessions = {}
        self.version = 0
        self._load(checkpoint_path)

    def _load(self, path):
        payload = torch.load(path, map_location=self.device)
        self.net.load_state_dict(payload["model"])
        self.net.eval()
        self.version = payload.get("step", self.version + 1)
        log.info("loaded %s (version %s)", path, self.version)

    def open_session(self, building_id):
        with self.lock:
            self.sessions[building_id] = None

    def close_session(self, building_id):
        with self.lock:
            self.sessions.pop(building_id, None)

    @torch.no_grad()
    def decide(self, building_id, observation):
        obs = torch.tensor(observation, dtype=torch.float32, device=self.device).view(1, 1, -1)
        with self.lock:
            state = self.sessions.get(building_id)
            q_values, state = self.net(obs, state)
            self.sessions[building_id] = state
        return int(q_values[0, -1].argmax().item())

    def reload(self, path=None):
        path = path or self.checkpoint_path
        if not os.path.exists(path):
            raise FileNotFoundError(path)
        with self.lock:
            self._load(path)
            self.checkpoint_path = path
        return self.version


def create_app(service):
    app = Flask(__name__)

    @app.route("/sessions/<building_id>", methods=["POST"])
    def open_session(building_id):
        service.open_session(building_id)
        return jsonify(ok=True)

    @app.route("/sessions/<building_id>", methods=["DELETE"])
    def close_session(building_id):
        service.close_session(building_id)
        return jsonify(ok=True)

    @app.route("/act/<building_id>", methods=["POST"])
    def act(building_id):
        body = request.get_json(force=True)
        observation = body.get("observation", [])
        if len(observation) != OBS_DIM:
            return jsonify(error=f"expected {OBS_DIM} numbers"), 400
        floor = service.decide(building_id, observation)
        return jsonify(floor=floor, version=service.version)

    @app.route("/admin/reload", methods=["POST"])
    def reload_model():
        body = request.get_json(silent=True) or {}
        try:
            version = service.reload(body.get("path"))
        except FileNotFoundError as exc:
            return jsonify(error=f"no such checkpoint: {exc}"), 404
        return jsonify(version=version, sessions=len(service.sessions))

    @app.route("/healthz")
    def healthz():
        return jsonify(version=service.version, sessions=len(service.sessions))

    return app


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint")
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    app = create_app(PolicyService(args.checkpoint, args.device))
    app.run(host=args.host, port=args.port, threaded=True)


if __name__ == "__main__":
    main()
