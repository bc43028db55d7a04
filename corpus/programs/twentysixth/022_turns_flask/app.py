"""Turn-taking service of the voice assistant (Flask, single process).

POST /dialogs                 -> {"id": ...}
POST /dialogs/<id>/prosody    -> endpointing decision for a 100 ms window
DELETE /dialogs/<id>
POST /admin/deploy            {"artifact": "eot-0.9.pt"}
"""
import os
import uuid
from threading import RLock
from typing import Dict

import torch
from flask import Flask, abort, jsonify, request
from torch import Tensor, nn

ARTIFACTS = os.environ.get("EOT_ARTIFACTS", "/models/eot")
THRESHOLD = 0.65


class EndOfTurn(nn.Module):
    def __init__(self, n_feat: int = 12, dim: int = 64) -> None:
        super().__init__()
        self.dim = dim
        self.proj = nn.Linear(n_feat, dim)
        self.cell = nn.GRUCell(dim, dim)
        self.score = nn.Sequential(nn.Linear(dim, 32), nn.Tanh(), nn.Linear(32, 1))

    def forward(self, feat: Tensor, h: Tensor):
        h = self.cell(torch.relu(self.proj(feat)), h)
        return torch.sigmoid(self.score(h))[:, 0], h


class Dialog:
    def __init__(self, h: Tensor) -> None:
        self.h = h
        self.windows = 0
        self.agent_turns = 0


class TurnService:
    def __init__(self) -> None:
        self.net = EndOfTurn().eval()
        self.dialogs: Dict[str, Dialog] = {}
        self.artifact = "random init"
        self.lock = RLock()

    def fresh(self) -> Tensor:
        return torch.zeros(1, self.net.dim)

    def open(self) -> str:
        key = uuid.uuid4().hex
        with self.lock:
            self.dialogs[key] = Dialog(self.fresh())
        return key

    def window(self, key: str, feat) -> dict:
        with self.lock, torch.inference_mode():
            d = self.dialogs[key]
            p, d.h = self.net(torch.tensor([feat], dtype=torch.float32), d.h)
            d.windows += 1
            speak = p.item() > THRESHOLD
            d.agent_turns += speak
            return {"p_end": p.item(), "speak": speak, "window": d.windows}

    def deploy(self, artifact: str) -> int:
        weights = torch.load(os.path.join(ARTIFACTS, os.path.basename(artifact)), map_location="cpu")
        with self.lock:
            self.net.load_state_dict(weights)
            for d in self.dialogs.values():
                d.h = self.fresh()
            self.artifact = artifact
            return len(self.dialogs)


app = Flask(__name__)
service = TurnService()


@app.post("/dialogs")
def open_dialog():
    return jsonify(id=service.open(), artifact=service.artifact), 201


@app.post("/dialogs/<key>/prosody")
def prosody(key):
    if key not in service.dialogs:
        abort(404)
    return jsonify(service.window(key, request.get_json()["features"]))


@app.delete("/dialogs/<key>")
def close_dialog(key):
    with service.lock:
        service.dialogs.pop(key, None)
    return "", 204


@app.post("/admin/deploy")
def deploy():
    n = service.deploy(request.get_json()["artifact"])
    return jsonify(artifact=service.artifact, dialogs=n)


if __name__ == "__main__":
    app.run(port=5050, threaded=True)
