"""Next-episode service.  Run: python serve.py --weights /srv/models/ranker.pt"""
import argparse
import asyncio
import logging
import os

import torch
from aiohttp import web

from net import EpisodeRanker

log = logging.getLogger("podqueue")
N_EPISODES = 20000


class Queue:
    def __init__(self, weights: str):
        self.weights = weights
        self.net = EpisodeRanker(N_EPISODES).eval()
        self.net.load_state_dict(torch.load(weights, map_location="cpu"))
        self.mtime = os.path.getmtime(weights)
        self.listeners: dict[str, torch.Tensor] = {}
        self.played: dict[str, set] = {}

    def open(self, listener: str):
        self.listeners[listener] = torch.zeros(1, self.net.hidden)
        self.played[listener] = set()

    def close(self, listener: str):
        self.listeners.pop(listener, None)
        self.played.pop(listener, None)

    @torch.no_grad()
    def after(self, listener: str, episode: int, finished: float, liked: bool, k: int = 10):
        if listener not in self.listeners:
            self.open(listener)
        feedback = torch.tensor([[finished, float(liked)]])
        scores, h = self.net(torch.tensor([episode]), feedback, self.listeners[listener])
        self.listeners[listener] = h
        self.played[listener].add(episode)
        scores[0, list(self.played[listener])] = -1e9
        return scores[0].topk(k).indices.tolist()

    async def watch(self, period: float):
        while True:
            await asyncio.sleep(period)
            try:
                mtime = os.path.getmtime(self.weights)
            except FileNotFoundError:
                continue
            if mtime <= self.mtime:
                continue
            state = torch.load(self.weights, map_location="cpu")
            self.net.load_state_dict(state)
            self.mtime = mtime
            log.info("new ranker, %d listeners online", len(self.listeners))


async def played(request: web.Request):
    queue: Queue = request.app["queue"]
    body = await request.json()
    nxt = queue.after(body["listener"], int(body["episode"]),
                      float(body.get("finished", 1.0)), bool(body.get("liked", False)))
    return web.json_response({"next": nxt})


async def leave(request: web.Request):
    request.app["queue"].close(request.match_info["listener"])
    return web.Response(status=204)


async def start_watch(app):
    app["task"] = asyncio.create_task(app["queue"].watch(app["period"]))


async def stop_watch(app):
    app["task"].cancel()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--weights", required=True)
    p.add_argument("--port", type=int, default=8090)
    p.add_argument("--period", type=float, default=60.0)
    a = p.parse_args()
    logging.basicConfig(level=logging.INFO)
    app = web.Application()
    app["queue"] = Queue(a.weights)
    app["period"] = a.period
    app.router.add_post("/played", played)
    app.router.add_delete("/listener/{listener}", leave)
    app.on_startup.append(start_watch)
    app.on_cleanup.append(stop_watch)
    web.run_app(app, port=a.port)


if __name__ == "__main__":
    main()
