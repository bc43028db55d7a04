"""uvicorn app:app --port 8080"""
import logging
from pathlib import Path
from threading import Lock
from typing import Dict, List

import torch
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from model import ShotModel, State

log = logging.getLogger("espresso")
WEIGHTS = Path("weights")

app = FastAPI(title="shot profile service")
model = ShotModel().eval()
lock = Lock()
shots: Dict[str, State] = {}
current = "none"


class Sample(BaseModel):
    machine: str
    pressure: float
    flow: float
    grams: float
    boiler: float
    seconds: float


class Setpoint(BaseModel):
    bar: float
    temp: float
    weights: str


class Deploy(BaseModel):
    name: str


@app.on_event("startup")
def startup() -> None:
    global current
    first = WEIGHTS / "default.pt"
    if first.exists():
        model.load_state_dict(torch.load(first, map_location="cpu"))
        current = first.stem


@app.post("/shot/{machine}/start")
def start(machine: str) -> dict:
    with lock:
        shots.pop(machine, None)
    return {"ok": True}


@app.post("/shot/{machine}/stop")
def stop(machine: str) -> dict:
    with lock:
        had = shots.pop(machine, None) is not None
    return {"ok": had}


@app.post("/sample", response_model=Setpoint)
def sample(s: Sample) -> Setpoint:
    x = torch.tensor([[[s.pressure, s.flow, s.grams, s.boiler, s.seconds]]])
    with lock, torch.no_grad():
        out, shots[s.machine] = model(x, shots.get(s.machine))
        name = current
    bar, temp = out[0].tolist()
    return Setpoint(bar=bar, temp=temp, weights=name)


@app.get("/weights")
def list_weights() -> List[str]:
    return sorted(p.stem for p in WEIGHTS.glob("*.pt"))


@app.post("/weights")
def deploy(d: Deploy) -> dict:
    global current
    path = WEIGHTS / f"{d.name}.pt"
    if not path.exists():
        raise HTTPException(404, f"no weights {d.name}")
    blob = torch.load(path, map_location="cpu")
    with lock:
        model.load_state_dict(blob)
        current = d.name
    log.info("deployed %s with %d shots running", d.name, len(shots))
    return {"ok": True, "running": len(shots)}
