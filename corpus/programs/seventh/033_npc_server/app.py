"""HTTP interface for the game: uvicorn app:app --port 8080"""
import logging
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import List

import numpy as np
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from policy_service import PolicyService

logging.basicConfig(level=logging.INFO)
service = PolicyService(Path(os.environ.get("NPC_MODEL", "npc_latest.zip")))


@asynccontextmanager
async def lifespan(app: FastAPI):
    service.start()
    yield
    service.stop()


app = FastAPI(title="NPC brain", lifespan=lifespan)


class Observation(BaseModel):
    npc_id: str
    features: List[float]


class Npc(BaseModel):
    npc_id: str


@app.get("/health")
def health():
    return {"version": service.version, "sessions": len(service.sessions)}


@app.post("/spawn")
def spawn(npc: Npc):
    service.spawn(npc.npc_id)
    return {"ok": True}


@app.post("/despawn")
def despawn(npc: Npc):
    service.despawn(npc.npc_id)
    return {"ok": True}


@app.post("/act")
def act(observation: Observation):
    expected = service.model.observation_space.shape[0]
    if len(observation.features) != expected:
        raise HTTPException(422, f"expected {expected} features")
    obs = np.asarray(observation.features, dtype=np.float32)
    return {"action": service.act(observation.npc_id, obs), "version": service.version}
