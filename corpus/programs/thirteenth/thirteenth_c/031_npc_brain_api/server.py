"""Policy service for the game's NPCs.

    uvicorn server:app --port 8400
"""
import asyncio
import io
import logging
import os
from contextlib import asynccontextmanager

import torch
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, Field

from brain import N_FEATURES, NpcBrain

log = logging.getLogger("npc")
WEIGHTS = os.environ.get("NPC_WEIGHTS", "npc_latest.pt")
MAX_NPCS = 2000

brain = NpcBrain().eval()
memories: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}
lock = asyncio.Lock()
version = 0


class Tick(BaseModel):
    npc: str
    features: list[float] = Field(min_length=N_FEATURES, max_length=N_FEATURES)
    spawned: bool = False
    temperature: float = 1.0


class Decision(BaseModel):
    action: int
    version: int


@asynccontextmanager
async def lifespan(_: FastAPI):
    if os.path.exists(WEIGHTS):
        brain.load_state_dict(torch.load(WEIGHTS, map_location="cpu", weights_only=True))
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/tick", response_model=Decision)
async def tick(t: Tick):
    async with lock:
        memory = memories.get(t.npc)
        if memory is None or t.spawned:
            if len(memories) >= MAX_NPCS and t.npc not in memories:
                raise HTTPException(503, "too many NPCs")
            memory = brain.fresh_memory()
        with torch.no_grad():
            logits, memories[t.npc] = brain(torch.tensor(t.features).view(1, 1, -1), memory)
        probs = torch.softmax(logits / max(t.temperature, 1e-3), dim=-1)
        return Decision(action=int(torch.multinomial(probs, 1)), version=version)


@app.delete("/npc/{npc}")
async def despawn(npc: str):
    async with lock:
        memories.pop(npc, None)
    return {"ok": True}


@app.put("/weights")
async def put_weights(request: Request):
    """Called by the training cluster after each generation; body is a torch state dict."""
    global brain, version
    body = await request.body()
    try:
        state = torch.load(io.BytesIO(body), map_location="cpu", weights_only=True)
        new_brain = NpcBrain()
        new_brain.load_state_dict(state)
    except Exception as e:
        raise HTTPException(400, f"not a state dict for this network: {e}")
    async with lock:
        brain = new_brain.eval()
        memories.clear()
        version += 1
    torch.save(state, WEIGHTS)
    log.info("weights version %d", version)
    return {"version": version}
