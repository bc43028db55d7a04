import os
import threading
import time
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from vent_policy import VentPolicy

MODEL_DIR = os.environ.get("MODEL_DIR", "/models")
CURRENT = os.path.join(MODEL_DIR, "current.pt")

policy = VentPolicy(CURRENT)


class Vitals(BaseModel):
    spo2: float
    etco2: float
    rr: float
    peep: float
    fio2: float
    pplat: float
    hr: float


def follow(interval=30.0):
    """The training job overwrites current.pt every night."""
    seen = os.path.getmtime(CURRENT)
    while True:
        time.sleep(interval)
        stamp = os.path.getmtime(CURRENT)
        if stamp != seen:
            seen = stamp
            policy.load(CURRENT)


@asynccontextmanager
async def lifespan(app):
    threading.Thread(target=follow, daemon=True).start()
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/beds/{bed}")
def admit(bed: str):
    policy.admit(bed)
    return {"bed": bed}


@app.delete("/beds/{bed}")
def discharge(bed: str):
    policy.discharge(bed)
    return {"bed": bed}


@app.post("/beds/{bed}/advice")
def advice(bed: str, vitals: Vitals):
    try:
        return policy.advise(bed, vitals.model_dump())
    except KeyError:
        raise HTTPException(404, "bed is not admitted")


@app.post("/rollback/{name}")
def rollback(name: str):
    path = os.path.join(MODEL_DIR, os.path.basename(name))
    if not os.path.exists(path):
        raise HTTPException(404, "no such model")
    beds = list(policy.sessions)
    policy.load(path)
    policy.discharge_all()
    for bed in beds:
        policy.admit(bed)
    return {"version": policy.version, "beds": len(beds)}


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8080)
