from __future__ import annotations

import os
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import torch
from fastapi import Depends, FastAPI, Header, HTTPException

from .brain import PacingBrain
from .schemas import Advice, Event, ReloadReply, ReloadRequest

MODEL_DIR = Path(os.environ.get("TUTOR_MODELS", "/srv/tutor/models"))
ADMIN_KEY = os.environ.get("TUTOR_ADMIN_KEY", "")

app = FastAPI(title="tutor pacing")
brain = PacingBrain().eval()
lock = Lock()
current = {"version": "unset"}


@dataclass
class Session:
    hc: tuple[torch.Tensor, torch.Tensor]
    touched: float = field(default_factory=time.monotonic)
    turns: int = 0


SESSIONS: dict[str, Session] = {}


def _path(version: str) -> Path:
    path = MODEL_DIR / f"{version}.pt"
    if not path.is_file():
        raise HTTPException(404, f"no model {version}")
    return path


def admin(x_admin_key: str = Header("")) -> None:
    if not ADMIN_KEY or x_admin_key != ADMIN_KEY:
        raise HTTPException(403)


@app.on_event("startup")
def first_model() -> None:
    version = os.environ.get("TUTOR_VERSION", "2024-03")
    brain.load_state_dict(torch.load(_path(version), map_location="cpu"))
    current["version"] = version


@app.post("/sessions")
def open_session() -> dict[str, str]:
    sid = uuid.uuid4().hex
    SESSIONS[sid] = Session(brain.blank())
    return {"id": sid}


@app.post("/sessions/{sid}/events", response_model=Advice)
def event(sid: str, ev: Event) -> Advice:
    session = SESSIONS.get(sid)
    if session is None:
        raise HTTPException(404, "unknown session")
    x = torch.tensor(ev.features).unsqueeze(0)
    with lock, torch.inference_mode():
        scores, session.hc = brain(x, session.hc)
    session.turns += 1
    session.touched = time.monotonic()
    if ev.lesson_over:
        session.hc = brain.blank()
    return Advice(action=int(scores.argmax()), scores=scores[0].tolist(), model_version=current["version"])


@app.delete("/sessions/{sid}")
def close_session(sid: str) -> dict[str, bool]:
    return {"closed": SESSIONS.pop(sid, None) is not None}


@app.post("/admin/reload", response_model=ReloadReply, dependencies=[Depends(admin)])
def reload_model(req: ReloadRequest) -> ReloadReply:
    weights = torch.load(_path(req.version), map_location="cpu")
    with lock:
        brain.load_state_dict(weights)
        current["version"] = req.version
    return ReloadReply(version=req.version, open_sessions=len(SESSIONS))


@app.post("/admin/sweep", dependencies=[Depends(admin)])
def sweep(max_idle: float = 1800.0) -> dict[str, int]:
    now = time.monotonic()
    idle = [sid for sid, s in SESSIONS.items() if now - s.touched > max_idle]
    for sid in idle:
        del SESSIONS[sid]
    return {"dropped": len(idle)}
