from __future__ import annotations

import asyncio
import io
import os
import time
from collections import Counter

import torch
from fastapi import FastAPI, HTTPException, UploadFile
from pydantic import BaseModel

from sessions import SessionStore
from zone_policy import ZonePolicy

WEIGHTS = os.environ.get("HVAC_WEIGHTS", "weights/zone_policy.pt")

app = FastAPI(title="hvac-gateway")
policy = ZonePolicy()
store = SessionStore(policy.width)
lock = asyncio.Lock()
stats: Counter = Counter()


class Reading(BaseModel):
    temperature: float
    co2: float
    occupancy: int
    outdoor: float
    hour: float

    def as_tensor(self) -> torch.Tensor:
        return torch.tensor(
            [[self.temperature, self.co2 / 1000.0, float(self.occupancy), self.outdoor, self.hour / 24.0]]
        )


@app.on_event("startup")
async def startup() -> None:
    if os.path.exists(WEIGHTS):
        policy.load_state_dict(torch.load(WEIGHTS, map_location="cpu"))
    policy.eval()


@app.post("/zones/{zone_id}")
async def open_zone(zone_id: str) -> dict:
    store.open(zone_id)
    return {"zone": zone_id, "open": len(store)}


@app.delete("/zones/{zone_id}")
async def close_zone(zone_id: str) -> dict:
    store.close(zone_id)
    return {"zone": zone_id}


@app.post("/zones/{zone_id}/step")
async def step(zone_id: str, reading: Reading) -> dict:
    try:
        sess = store.get(zone_id)
    except KeyError:
        raise HTTPException(404, f"zone {zone_id} is not open")
    async with lock:
        with torch.inference_mode():
            logits, sess.mem = policy(reading.as_tensor(), sess.mem)
    sess.setpoint = policy.SETPOINTS[int(logits.argmax())]
    sess.steps += 1
    sess.touched = time.monotonic()
    stats["steps"] += 1
    return {"setpoint": sess.setpoint, "step": sess.steps}


@app.put("/admin/weights")
async def put_weights(file: UploadFile) -> dict:
    blob = await file.read()
    incoming = torch.load(io.BytesIO(blob), map_location="cpu", weights_only=True)
    missing = set(policy.state_dict()) - set(incoming)
    if missing:
        raise HTTPException(422, f"missing tensors: {sorted(missing)}")
    async with lock:
        policy.load_state_dict(incoming)
        policy.eval()
        stats.clear()
        dropped = store.sweep()
    return {"bytes": len(blob), "idle_dropped": dropped, "open": len(store)}
