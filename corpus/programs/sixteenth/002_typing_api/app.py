import asyncio
import os
import time
from contextlib import asynccontextmanager
from pathlib import Path

import torch
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from model import NextChar, VOCAB

WEIGHTS = Path(os.environ.get("WEIGHTS", "weights/latest.pt"))
IDLE_SECONDS = 600

net = NextChar()
sessions: dict[str, dict] = {}
loaded_at = 0.0


def load_weights() -> bool:
    global loaded_at
    mtime = WEIGHTS.stat().st_mtime
    if mtime <= loaded_at:
        return False
    net.load_state_dict(torch.load(WEIGHTS, map_location="cpu"))
    net.eval()
    loaded_at = mtime
    return True


async def housekeeping():
    while True:
        await asyncio.sleep(15)
        try:
            if load_weights():
                print("weights refreshed", loaded_at)
        except (OSError, RuntimeError) as err:
            print("reload failed:", err)
        now = time.time()
        for sid in [s for s, rec in sessions.items() if now - rec["seen"] > IDLE_SECONDS]:
            del sessions[sid]


@asynccontextmanager
async def lifespan(app: FastAPI):
    load_weights()
    task = asyncio.create_task(housekeeping())
    yield
    task.cancel()


app = FastAPI(lifespan=lifespan)


class Keys(BaseModel):
    session: str
    text: str
    top: int = 3


@app.post("/suggest")
async def suggest(req: Keys):
    if not req.text:
        raise HTTPException(400, "empty text")
    rec = sessions.setdefault(req.session, {"state": None, "seen": 0.0})
    ids = torch.tensor([[min(ord(c), VOCAB - 1) for c in req.text]])
    with torch.no_grad():
        logits, rec["state"] = net(ids, rec["state"])
    rec["seen"] = time.time()
    probs, idx = logits.softmax(-1)[0].topk(req.top)
    return {"chars": [chr(i) for i in idx.tolist()], "p": probs.tolist()}


@app.delete("/session/{sid}")
async def close(sid: str):
    sessions.pop(sid, None)
    return {"open": len(sessions)}
