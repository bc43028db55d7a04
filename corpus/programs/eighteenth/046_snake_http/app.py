from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

import torch
from flask import Flask, abort, jsonify, request
from torch import Tensor, nn

WEIGHTS = Path("weights")
app = Flask(__name__)


class SnakeGRU(nn.Module):
    def __init__(self, inputs: int = 24, hidden: int = 96) -> None:
        super().__init__()
        self.inp = nn.Sequential(nn.Linear(inputs, 64), nn.ReLU())
        self.gru = nn.GRU(64, hidden, num_layers=2, batch_first=True)
        self.out = nn.Linear(hidden, 4)

    def forward(self, rays: Tensor, h: Optional[Tensor] = None) -> tuple[Tensor, Tensor]:
        y, h = self.gru(self.inp(rays), h)
        return self.out(y), h


@dataclass
class Game:
    generation: int
    h: Optional[Tensor] = None
    moves: int = 0
    touched: float = field(default_factory=time.time)


class Brain:
    def __init__(self, name: str) -> None:
        self.lock = threading.Lock()
        self.net = SnakeGRU()
        self.generation = 0
        self.name = ""
        self.games: dict[str, Game] = {}
        self.swap(name)

    def swap(self, name: str) -> None:
        fresh = SnakeGRU()
        fresh.load_state_dict(torch.load(WEIGHTS / f"{name}.pt", map_location="cpu"))
        fresh.eval()
        with self.lock:
            self.net = fresh
            self.name = name
            self.generation += 1

    def open(self) -> str:
        key = uuid.uuid4().hex
        with self.lock:
            self.games[key] = Game(self.generation)
            old = [k for k, g in self.games.items() if time.time() - g.touched > 600]
            for k in old:
                del self.games[k]
        return key

    def move(self, key: str, rays: list[float], new_round: bool) -> int:
        x = torch.tensor(rays).view(1, 1, -1)
        with self.lock:
            game = self.games[key]
            if new_round or game.generation != self.generation:
                game.h = None
                game.generation = self.generation
            with torch.no_grad():
                logits, game.h = self.net(x, game.h)
            game.moves += 1
            game.touched = time.time()
        return int(logits[0, -1].argmax())


brain = Brain("snake_v1")


@app.post("/games")
def create():
    return jsonify(id=brain.open(), model=brain.name)


@app.post("/games/<key>/move")
def move(key: str):
    if key not in brain.games:
        abort(404)
    body = request.get_json()
    return jsonify(move=brain.move(key, body["rays"], bool(body.get("new_round"))))


@app.put("/model/<name>")
def model(name: str):
    if not (WEIGHTS / f"{name}.pt").exists():
        abort(404)
    brain.swap(name)
    return jsonify(model=name, generation=brain.generation)


if __name__ == "__main__":
    app.run(port=5005, threaded=True)
