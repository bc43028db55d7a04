import asyncio
import os
import time
from dataclasses import dataclass

import torch
import torch.nn as nn
from aiohttp import web

MODEL_PATH = os.environ.get("MODEL_PATH", "gru4rec.pt")
IDLE = 30 * 60


class GRU4Rec(nn.Module):
    def __init__(self, n_items, dim=128):
        super().__init__()
        self.items = nn.Embedding(n_items, dim)
        self.gru = nn.GRU(dim, dim, batch_first=True)

    def forward(self, item, h=None):
        y, h = self.gru(self.items(item), h)
        return y[:, -1] @ self.items.weight.T, h


@dataclass
class Visit:
    hidden: torch.Tensor
    seen: set
    touched: float


class Recommender:
    def __init__(self, path):
        blob = torch.load(path, map_location="cpu")
        self.net = GRU4Rec(blob["n_items"])
        self.net.load_state_dict(blob["net"])
        self.net.eval()
        self.version = blob["version"]
        self.visits = {}

    @torch.no_grad()
    def click(self, token, item, k):
        visit = self.visits.get(token)
        scores, hidden = self.net(torch.tensor([[item]]), visit.hidden if visit else None)
        seen = (visit.seen if visit else set()) | {item}
        self.visits[token] = Visit(hidden, seen, time.time())
        scores[0, list(seen)] = float("-inf")
        return scores[0].topk(k).indices.tolist()

    def install(self, blob):
        self.net.load_state_dict(blob["net"])
        self.version = blob["version"]
        self.visits.clear()

    def sweep(self):
        limit = time.time() - IDLE
        for token in [t for t, v in self.visits.items() if v.touched < limit]:
            del self.visits[token]


async def click(request):
    body = await request.json()
    rec = request.app["rec"]
    items = rec.click(body["session"], int(body["item"]), int(body.get("k", 20)))
    return web.json_response({"items": items, "version": rec.version})


async def leave(request):
    body = await request.json()
    request.app["rec"].visits.pop(body["session"], None)
    return web.json_response({})


async def watch(app):
    rec, stamp = app["rec"], os.path.getmtime(MODEL_PATH)
    while True:
        await asyncio.sleep(60)
        rec.sweep()
        now = os.path.getmtime(MODEL_PATH)
        if now != stamp:
            blob = await asyncio.to_thread(torch.load, MODEL_PATH, map_location="cpu")
            rec.install(blob)
            stamp = now


async def background(app):
    task = asyncio.create_task(watch(app))
    yield
    task.cancel()


def make_app():
    app = web.Application()
    app["rec"] = Recommender(MODEL_PATH)
    app.add_routes([web.post("/click", click), web.post("/leave", leave)])
    app.cleanup_ctx.append(background)
    return app


if __name__ == "__main__":
    web.run_app(make_app(), port=8081)
