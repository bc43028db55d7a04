import asyncio
import json
import logging
import sys

import redis.asyncio as redis
import torch

from model import RoomModerator

log = logging.getLogger("modbot")
ACTIONS = ["keep", "hide", "timeout"]


class ModBot:
    def __init__(self, url: str):
        self.r = redis.from_url(url)
        self.net = RoomModerator().eval()
        self.release = {"tag": None, "tokenizer": None}
        self.rooms = {}
        self.thresholds = {"hide": 0.6, "timeout": 0.85}

    async def load_release(self):
        raw = await self.r.get("moderation:release")
        if raw is None:
            return
        release = json.loads(raw)
        if release["tag"] == self.release["tag"]:
            return
        weights = torch.load(release["path"], map_location="cpu", weights_only=True)
        self.net.load_state_dict(weights)
        if release["tokenizer"] != self.release["tokenizer"]:
            self.rooms.clear()
        self.release = release
        self.thresholds.update(release.get("thresholds", {}))
        log.info("release %s, %d rooms open", release["tag"], len(self.rooms))

    @torch.no_grad()
    def judge(self, room: str, text: str) -> str:
        p, self.rooms[room] = self.net(text, self.rooms.get(room))
        if p[2] > self.thresholds["timeout"]:
            return "timeout"
        if p[2] + p[1] > self.thresholds["hide"]:
            return "hide"
        return "keep"

    async def on_event(self, kind: str, data: dict):
        if kind == "message":
            verdict = self.judge(data["room"], data["text"])
            if verdict != "keep":
                await self.r.xadd("moderation:verdicts", {
                    "room": data["room"], "message": data["id"], "verdict": verdict,
                    "release": self.release["tag"] or "",
                })
        elif kind == "room_closed":
            self.rooms.pop(data["room"], None)
        elif kind == "release":
            await self.load_release()
        else:
            log.warning("unknown event %s", kind)

    async def run(self):
        await self.load_release()
        cursor = "$"
        while True:
            batch = await self.r.xread({"chat:events": cursor}, count=64, block=5000)
            for _, entries in batch:
                for cursor, fields in entries:
                    try:
                        await self.on_event(fields[b"kind"].decode(), json.loads(fields[b"data"]))
                    except (KeyError, json.JSONDecodeError):
                        log.exception("bad event %s", cursor)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(ModBot(sys.argv[1] if len(sys.argv) > 1 else "redis://localhost").run())
