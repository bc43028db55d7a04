"""uvicorn service:app --workers 1"""
import io
import os
import threading
from dataclasses import dataclass, field
from typing import Dict, List

import torch
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel

from pricer import STEPS, Pricer, replay_value

WEIGHTS = os.environ.get("PRICER_WEIGHTS", "pricer.pt")

app = FastAPI(title="room prices")
guard = threading.Lock()
champion = Pricer().eval()
if os.path.exists(WEIGHTS):
    champion.load_state_dict(torch.load(WEIGHTS, map_location="cpu"))


@dataclass
class Visit:
    memory: tuple
    price: float
    events: List[tuple] = field(default_factory=list)


visits: Dict[str, Visit] = {}
finished: List[dict] = []


class Click(BaseModel):
    base_price: float
    features: List[float]


class Outcome(BaseModel):
    booked: bool


@app.post("/visits/{visit_id}/click")
def click(visit_id: str, body: Click):
    with guard, torch.no_grad():
        visit = visits.get(visit_id)
        if visit is None:
            visit = visits[visit_id] = Visit(champion.blank(), body.base_price)
        logits, visit.memory = champion(torch.tensor([body.features]), visit.memory)
        probs = torch.softmax(logits, -1)[0]
        step = int(torch.multinomial(probs, 1))
        visit.events.append((body.features, step, probs[step].item()))
        visit.price = body.base_price * (1 + STEPS[step])
    return {"price": round(visit.price, 2)}


@app.post("/visits/{visit_id}/end")
def end(visit_id: str, body: Outcome):
    with guard:
        visit = visits.pop(visit_id, None)
        if visit is None:
            raise HTTPException(404)
        finished.append({"events": visit.events, "revenue": visit.price if body.booked else 0.0})
        del finished[:-5000]
    return {"ok": True}


@app.post("/challenger")
async def challenger(request: Request):
    blob = await request.body()
    candidate = Pricer().eval()
    candidate.load_state_dict(torch.load(io.BytesIO(blob), map_location="cpu"))
    with guard:
        log = list(finished)
    ours, theirs = replay_value(champion, log), replay_value(candidate, log)
    if theirs <= 1.02 * ours:
        return {"promoted": False, "champion": ours, "challenger": theirs}
    with guard:
        champion.load_state_dict(candidate.state_dict())
        torch.save(champion.state_dict(), WEIGHTS)
    return {"promoted": True, "champion": ours, "challenger": theirs, "open_visits": len(visits)}
