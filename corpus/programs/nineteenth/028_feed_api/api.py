"""FastAPI service of the news feed. The nightly job posts to /deploy when a new checkpoint is there."""
import os
import threading
import time
from dataclasses import dataclass, field

import torch
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from model import NextStory

N = int(os.environ.get("N_STORIES", "20000"))
IDLE = 1800

app = FastAPI()
lock = threading.Lock()
model = NextStory(N).eval()


@dataclass
class Reader:
    h: torch.Tensor | None = None
    seen: set = field(default_factory=set)
    last: float = field(default_factory=time.time)


readers: dict[str, Reader] = {}


class Read(BaseModel):
    user: str
    story: int
    dwell: float


class Deploy(BaseModel):
    path: str


@app.on_event("startup")
def first_model():
    path = os.environ.get("CHECKPOINT")
    if path:
        model.load_state_dict(torch.load(path, map_location="cpu"))


@app.post("/read")
def read(ev: Read, k: int = 10):
    if not 0 <= ev.story < N:
        raise HTTPException(404, "no such story")
    with lock:
        r = readers.setdefault(ev.user, Reader())
        if time.time() - r.last > IDLE:
            r.h = None
            r.seen.clear()
        r.last = time.time()
        r.seen.add(ev.story)
        with torch.no_grad():
            scores, r.h = model(torch.tensor([[ev.story]]), torch.tensor([[min(ev.dwell, 300.0) / 60]]), r.h)
        scores = scores[0, -1]
        scores[list(r.seen)] = float("-inf")
        top = scores.topk(k).indices.tolist()
    return {"next": top}


@app.post("/deploy")
def deploy(req: Deploy):
    if not os.path.exists(req.path):
        raise HTTPException(400, "checkpoint not found")
    weights = torch.load(req.path, map_location="cpu")
    with lock:
        model.load_state_dict(weights)
        for r in readers.values():
            r.h = None
    return {"ok": True, "readers": len(readers)}


@app.delete("/reader/{user}")
def leave(user: str):
    with lock:
        readers.pop(user, None)
    return {"ok": True}
