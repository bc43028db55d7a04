import asyncio
import logging
import os

import torch
from aiohttp import web

from pump_net import SIGNALS, InfusionNet

log = logging.getLogger("pump")
WEIGHTS = os.environ.get("PUMP_WEIGHTS", "weights/pump.pt")
LIMITS = (12.0, 0.3)


class Advisor:
    def __init__(self, path):
        self.net = InfusionNet().eval()
        self.path = path
        self.seen = 0.0
        self.courses = {}
        self.put_in(path)

    def put_in(self, path):
        self.net.load_state_dict(torch.load(path, map_location="cpu"))
        self.seen = os.path.getmtime(path)
        log.info("weights from %s", path)

    def newer(self):
        return os.path.exists(self.path) and os.path.getmtime(self.path) > self.seen

    @torch.no_grad()
    def suggest(self, room, vitals):
        x = torch.tensor([[[float(vitals[s]) for s in SIGNALS]]])
        rates, self.courses[room] = self.net(x, self.courses.get(room))
        return [min(r, top) for r, top in zip(rates[0].tolist(), LIMITS)]


async def vitals(request):
    advisor = request.app["advisor"]
    room = request.match_info["room"]
    propofol, remi = advisor.suggest(room, await request.json())
    return web.json_response({"room": room, "propofol": propofol, "remifentanil": remi})


async def case_end(request):
    request.app["advisor"].courses.pop(request.match_info["room"], None)
    return web.json_response({"ok": True})


async def upload(request):
    advisor = request.app["advisor"]
    body = await request.read()
    path = advisor.path + ".upload"
    with open(path, "wb") as f:
        f.write(body)
    advisor.put_in(path)
    advisor.courses.clear()
    return web.json_response({"ok": True, "bytes": len(body)})


async def watch(app):
    advisor = app["advisor"]
    while True:
        await asyncio.sleep(30)
        if advisor.newer():
            try:
                advisor.put_in(advisor.path)
            except Exception:
                log.exception("could not read %s", advisor.path)


async def background(app):
    task = asyncio.create_task(watch(app))
    yield
    task.cancel()


def build():
    app = web.Application(client_max_size=64 * 1024**2)
    app["advisor"] = Advisor(WEIGHTS)
    app.add_routes([
        web.post("/rooms/{room}/vitals", vitals),
        web.delete("/rooms/{room}", case_end),
        web.put("/model", upload),
    ])
    app.cleanup_ctx.append(background)
    return app


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    web.run_app(build(), port=8070)
