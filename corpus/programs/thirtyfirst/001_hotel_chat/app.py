import asyncio
import contextlib
import datetime as dt
import logging
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional

import torch
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from reply_net import ReplyNet, Vocab

log = logging.getLogger("concierge")
MODEL_DIR = Path("/srv/concierge/models")
RELOAD_AT = dt.time(hour=3, minute=30)


@dataclass
class Talk:
    room: str
    opened: float = field(default_factory=time.time)
    memory: Optional[torch.Tensor] = None
    lines: List[str] = field(default_factory=list)


class Concierge:
    def __init__(self, model_dir: Path):
        self.model_dir = model_dir
        self.vocab = Vocab(model_dir / "vocab.json")
        self.net = ReplyNet(len(self.vocab)).eval()
        self.talks: Dict[str, Talk] = {}
        self.lock = asyncio.Lock()
        self.version = "none"

    def newest(self) -> Path:
        return max(self.model_dir.glob("concierge-*.pt"), key=lambda p: p.stat().st_mtime)

    def refresh(self) -> bool:
        path = self.newest()
        if path.stem == self.version:
            return False
        blob = torch.load(path, map_location="cpu")
        self.net.load_state_dict(blob["net"])
        self.net.eval()
        self.version = path.stem
        log.info("now serving %s (val ppl %.2f)", self.version, blob.get("ppl", float("nan")))
        return True

    def open(self, room: str) -> str:
        key = uuid.uuid4().hex
        self.talks[key] = Talk(room=room)
        return key

    def close(self, key: str) -> None:
        self.talks.pop(key, None)

    def say(self, key: str, text: str) -> str:
        talk = self.talks[key]
        said, talk.memory = self.net.answer(self.vocab.encode(text), talk.memory)
        reply = self.vocab.decode(said)
        talk.lines += [f"guest: {text}", f"bot: {reply}"]
        return reply


bot = Concierge(MODEL_DIR)


def seconds_until(at: dt.time) -> float:
    now = dt.datetime.now()
    then = dt.datetime.combine(now.date(), at)
    if then <= now:
        then += dt.timedelta(days=1)
    return (then - now).total_seconds()


async def nightly():
    while True:
        await asyncio.sleep(seconds_until(RELOAD_AT))
        try:
            async with bot.lock:
                bot.refresh()
        except Exception:
            log.exception("nightly reload failed, still on %s", bot.version)
        log.info("%d talks open", len(bot.talks))


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI):
    bot.refresh()
    job = asyncio.create_task(nightly())
    yield
    job.cancel()


app = FastAPI(title="Concierge", lifespan=lifespan)


class Opening(BaseModel):
    room: str


class Line(BaseModel):
    text: str


@app.post("/talks")
async def open_talk(body: Opening):
    return {"talk": bot.open(body.room), "version": bot.version}


@app.post("/talks/{key}")
async def say(key: str, line: Line):
    if key not in bot.talks:
        raise HTTPException(404, "no such talk")
    async with bot.lock:
        reply = bot.say(key, line.text)
    return {"reply": reply}


@app.delete("/talks/{key}")
async def close_talk(key: str):
    bot.close(key)
    return {"ok": True}
