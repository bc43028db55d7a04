import json
import os
import threading

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from cook import CookBot

WEIGHTS = os.environ.get("COOK_WEIGHTS", "weights/cook.pt")
STAGING = os.environ.get("COOK_STAGING", "weights/staging")

with open("advice.json") as f:
    bot = CookBot(WEIGHTS, json.load(f))
lock = threading.Lock()
app = FastAPI(title="cook along")


class Begin(BaseModel):
    recipe: str


class Readings(BaseModel):
    values: list[float]


class Deploy(BaseModel):
    name: str


@app.post("/cooks/{cook}/begin")
def begin(cook: str, body: Begin):
    with lock:
        bot.begin(cook, body.recipe)
    return {"cook": cook, "version": bot.version}


@app.post("/cooks/{cook}/readings")
def readings(cook: str, body: Readings):
    if len(body.values) != 12:
        raise HTTPException(422, "12 readings expected")
    with lock:
        if cook not in bot.sessions:
            raise HTTPException(404, "no such session")
        return {"advice": bot.advise(cook, body.values), "step": bot.sessions[cook].step}


@app.post("/cooks/{cook}/end")
def end(cook: str):
    with lock:
        if cook not in bot.sessions:
            raise HTTPException(404, "no such session")
        return {"said": bot.end(cook)}


@app.post("/models/deploy")
def deploy(body: Deploy):
    path = os.path.join(STAGING, os.path.basename(body.name))
    if not os.path.exists(path):
        raise HTTPException(404, f"{body.name} is not staged")
    with lock:
        bot.load(path)
        bot.forget()
    return {"version": bot.version, "sessions": len(bot.sessions)}


@app.post("/models/revert")
def revert():
    with lock:
        bot.load(WEIGHTS)
    return {"version": bot.version, "sessions": len(bot.sessions)}


@app.get("/health")
def health():
    return {"version": bot.version, "sessions": len(bot.sessions)}
