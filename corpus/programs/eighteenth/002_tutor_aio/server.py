from __future__ import annotations

import asyncio
import logging
import sys
from dataclasses import dataclass, field
from pathlib import Path

import torch
from aiohttp import web
from torch import Tensor, nn

logger = logging.getLogger("tutor")
HINTS = [
    "Can you say it in your own words?",
    "Look at the units once more.",
    "Well done! Try the next one.",
    "Let us make a drawing.",
    "What would happen if the number were zero?",
    "Take a short break, then we go on.",
]


class HintPolicy(nn.Module):
    """Picks the next hint from the pupil's last turns (bag of hashed words per turn)."""

    def __init__(self, buckets: int = 512, width: int = 96) -> None:
        super().__init__()
        self.buckets = buckets
        self.words = nn.EmbeddingBag(buckets, width)
        self.memory = nn.GRUCell(width, width)
        self.score = nn.Linear(width, len(HINTS))

    def featurise(self, text: str) -> Tensor:
        ids = [sum(w.encode()) * 31 % self.buckets for w in text.lower().split()] or [0]
        return self.words(torch.tensor([ids]))

    def forward(self, text: str, h: Tensor | None) -> tuple[Tensor, Tensor]:
        h = self.memory(self.featurise(text), h)
        return self.score(h), h


@dataclass
class Pupil:
    turns: list[str] = field(default_factory=list)
    h: Tensor | None = None


class TutorServer:
    def __init__(self, weights: Path) -> None:
        self.weights = weights
        self.policy = HintPolicy().eval()
        self.pupils: dict[str, Pupil] = {}
        self.stamp = 0.0
        self.refresh()

    def refresh(self) -> bool:
        stamp = self.weights.stat().st_mtime
        if stamp == self.stamp:
            return False
        self.policy.load_state_dict(torch.load(self.weights, map_location="cpu"))
        self.stamp = stamp
        for pupil in self.pupils.values():
            pupil.h = self.reread(pupil.turns)
        return True

    @torch.no_grad()
    def reread(self, turns: list[str]) -> Tensor | None:
        h = None
        for text in turns:
            _, h = self.policy(text, h)
        return h

    @torch.no_grad()
    def answer(self, name: str, text: str) -> str:
        pupil = self.pupils.setdefault(name, Pupil())
        logits, pupil.h = self.policy(text, pupil.h)
        pupil.turns.append(text)
        return HINTS[int(logits.argmax())]

    async def chat(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        name = request.match_info["name"]
        try:
            async for msg in ws:
                if msg.type == web.WSMsgType.TEXT:
                    await ws.send_str(self.answer(name, msg.data))
        finally:
            self.pupils.pop(name, None)
        return ws

    async def watch(self, app: web.Application):
        async def loop() -> None:
            while True:
                await asyncio.sleep(30)
                try:
                    if self.refresh():
                        logger.info("new weights, %d pupils in class", len(self.pupils))
                except OSError as err:
                    logger.warning("no weights: %s", err)

        task = asyncio.create_task(loop())
        yield
        task.cancel()


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    server = TutorServer(Path(sys.argv[1]))
    app = web.Application()
    app.add_routes([web.get("/chat/{name}", server.chat)])
    app.cleanup_ctx.append(server.watch)
    web.run_app(app, port=8765)


if __name__ == "__main__":
    main()
