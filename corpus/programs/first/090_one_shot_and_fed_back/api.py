"""Two uses of the same model: /score rates one position (no history there), /simulate plays a whole shift."""
import os
from contextlib import asynccontextmanager

import numpy as np
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sb3_contrib import RecurrentPPO

from elevator import ElevatorEnv

M = {}


@asynccontextmanager
async def lifespan(app):
    M["model"] = RecurrentPPO.load(os.environ.get("MODEL", "elevator.zip"), device="cpu")
    yield
    M.clear()


app = FastAPI(lifespan=lifespan)


class Position(BaseModel):
    obs: list[float]


class Shift(BaseModel):
    seed: int = 0
    lifts: int = 4
    minutes: int = 60


@app.post("/score")
def score(p: Position):
    if len(p.obs) != 32:
        raise HTTPException(422, "need 32 numbers")
    a, _ = M["model"].predict(np.asarray(p.obs, dtype=np.float32), state=None, episode_start=np.ones((1,), dtype=bool), deterministic=True)
    return {"action": int(a)}


class Tracker:
    def __init__(self, n):
        self.state = None
        self.begin = np.ones((n,), dtype=bool)

    def update(self, dones):
        self.begin = np.asarray(dones, dtype=bool)


@app.post("/simulate")
def simulate(s: Shift):
    envs = [ElevatorEnv(seed=s.seed + i) for i in range(s.lifts)]
    obs = np.stack([e.reset()[0] for e in envs])
    tr = Tracker(s.lifts)
    wait = []
    for _ in range(s.minutes * 60):
        acts, tr.state = M["model"].predict(obs, state=tr.state, episode_start=tr.begin)
        dones = []
        for i, e in enumerate(envs):
            obs[i], r, te, tc, info = e.step(int(acts[i]))
            wait.append(info["wait"])
            if te or tc:
                obs[i] = e.reset()[0]
            dones.append(te or tc)
        tr.update(dones)
    return {"mean_wait": float(np.mean(wait))}
