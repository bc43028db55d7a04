from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager

import httpx
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel

from brain import Brain

REGISTRY = os.environ.get("MODEL_REGISTRY", "http://models.internal:8400")
INTENTS = ["renew", "reserve", "opening_hours", "fines", "lost_card", "human"]
ANSWERS = {
    "renew": "I can renew that for you. Which title is it?",
    "reserve": "Let me put it on hold. At which branch would you like to collect it?",
    "opening_hours": "We are open from 9 to 19, on Saturdays until 14.",
    "fines": "You can pay fines online or at the desk.",
    "lost_card": "I have blocked the card. A new one costs 3 euro.",
    "human": "One moment, I am passing you to a colleague.",
}


class Visitor:
    __slots__ = ("turns", "context", "build")

    def __init__(self, brain: Brain):
        self.turns: list[str] = []
        self.context = brain.net.blank()
        self.build = brain.build


class Desk:
    def __init__(self, brain: Brain):
        self.brain = brain
        self.visitors: dict[str, Visitor] = {}
        self.busy = asyncio.Lock()

    async def ask(self, card: str, text: str) -> tuple[str, float]:
        async with self.busy:
            visitor = self.visitors.get(card)
            if visitor is None:
                visitor = self.visitors[card] = Visitor(self.brain)
            if visitor.build != self.brain.build:
                visitor.context = self.brain.reread(visitor.turns)
                visitor.build = self.brain.build
            reading = self.brain.read(text, visitor.context)
            visitor.context = reading.context
            visitor.turns.append(text)
        name = self.brain.intents[reading.intent]
        if reading.confidence < 0.4:
            name = "human"
        return ANSWERS[name], reading.confidence

    async def pull(self) -> None:
        async with httpx.AsyncClient(base_url=REGISTRY, timeout=60) as http:
            head = (await http.get("/helpdesk/latest")).json()
            if head["build"] == self.brain.build:
                return
            blob = await http.get(f"/helpdesk/{head['build']}/weights.pt")
            blob.raise_for_status()
        async with self.busy:
            self.brain.take(blob.content, head["build"])


@asynccontextmanager
async def lifespan(app: FastAPI):
    desk = Desk(Brain("helpdesk.model", INTENTS))
    await desk.pull()
    app.state.desk = desk
    cron = AsyncIOScheduler()
    cron.add_job(desk.pull, "cron", hour=2, minute=15)
    cron.start()
    yield
    cron.shutdown(wait=False)


app = FastAPI(lifespan=lifespan)


def the_desk(request: Request) -> Desk:
    return request.app.state.desk


class Question(BaseModel):
    card: str
    text: str


@app.post("/ask")
async def ask(q: Question, desk: Desk = Depends(the_desk)):
    answer, confidence = await desk.ask(q.card, q.text)
    return {"answer": answer, "confidence": confidence}


@app.post("/bye/{card}")
async def bye(card: str, desk: Desk = Depends(the_desk)):
    desk.visitors.pop(card, None)
    return {"bye": card}
