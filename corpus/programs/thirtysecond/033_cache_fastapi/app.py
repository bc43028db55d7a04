import os
from pathlib import Path

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

from engine import Engine

MODELS = Path(os.environ.get("MODEL_DIR", "/srv/models"))
app = FastAPI(title="cache admission")
engine = Engine(MODELS, os.environ.get("RELEASE", "stable"))


class Request(BaseModel):
    tenant: str
    size_kb: float = Field(ge=0)
    age_s: float = 0.0
    hits: int = 0
    gap_ms: float


class Decision(BaseModel):
    admit: bool
    forecast: float
    release: str


@app.post("/decide", response_model=Decision)
def decide(r: Request) -> Decision:
    admit, forecast = engine.decide(r.tenant, r.size_kb / 1024, r.age_s / 3600, r.hits / 100, r.gap_ms / 1000)
    return Decision(admit=admit, forecast=forecast, release=engine.release)


@app.put("/release/{name}")
def switch(name: str):
    if not (MODELS / name / "policy.pt").exists():
        raise HTTPException(404, f"no release {name}")
    engine.activate(name)
    return {"release": engine.release}


@app.delete("/tenants/{tenant}", status_code=204)
def drop(tenant: str) -> None:
    engine.forget(tenant)


@app.get("/health")
def health():
    return {"release": engine.release, "tenants": len(engine.traces)}
