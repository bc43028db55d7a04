import os
import time
from pathlib import Path

import torch
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from net import RouteLSTM

MODEL_DIR = Path(os.environ.get("ROUTER_MODELS", "models"))
N_HUBS = int(os.environ.get("N_HUBS", "180"))

app = FastAPI(title="parcel-router")


class Scan(BaseModel):
    parcel: str
    hub: int
    weight_kg: float
    volume_l: float
    express: bool
    hour: int


class Activate(BaseModel):
    name: str


class Router:
    def __init__(self):
        self.net = RouteLSTM(N_HUBS)
        self.net.load_state_dict(torch.load(MODEL_DIR / "default.pt", map_location="cpu"))
        self.net.eval()
        self.name = "default"
        self.tracks = {}
        self.seen = {}

    def features(self, s: Scan):
        return torch.tensor([[s.weight_kg / 30, s.volume_l / 100, float(s.express), s.hour / 24]])

    @torch.no_grad()
    def route(self, s: Scan):
        hc = self.tracks.get(s.parcel)
        logits, hc = self.net(torch.tensor([s.hub]), self.features(s), hc)
        self.tracks[s.parcel] = hc
        self.seen[s.parcel] = time.time()
        logits[0, s.hub] = -1e9
        return int(logits.argmax(-1))

    def forget(self, parcel):
        self.tracks.pop(parcel, None)
        self.seen.pop(parcel, None)

    def sweep(self, max_age=14 * 86400):
        now = time.time()
        for p in [p for p, t in self.seen.items() if now - t > max_age]:
            self.forget(p)


router = Router()


@app.post("/scan")
def scan(s: Scan):
    if not 0 <= s.hub < N_HUBS:
        raise HTTPException(422, "unknown hub")
    return {"parcel": s.parcel, "next_hub": router.route(s), "model": router.name}


@app.delete("/parcel/{parcel}")
def delivered(parcel: str):
    router.forget(parcel)
    return {"ok": True}


@app.post("/models/activate")
def activate(req: Activate):
    path = MODEL_DIR / f"{req.name}.pt"
    if not path.is_file():
        raise HTTPException(404, f"no model {req.name}")
    state = torch.load(path, map_location="cpu")
    missing, unexpected = router.net.load_state_dict(state, strict=False)
    if missing:
        raise HTTPException(409, f"missing keys: {missing[:3]}")
    router.name = req.name
    router.sweep()
    return {"active": req.name, "open_parcels": len(router.tracks)}


@app.get("/health")
def health():
    return {"model": router.name, "open_parcels": len(router.tracks)}
