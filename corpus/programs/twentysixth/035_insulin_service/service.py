"""Dosing advice service. POST /advice {patient, glucose, carbs} -> {units}"""
import asyncio
import logging
import os
from pathlib import Path

import torch
from aiohttp import web

from doser import Doser

log = logging.getLogger("doser")
MODEL_DIR = Path(os.environ.get("DOSER_MODELS", "models"))


class DosingService:
    def __init__(self, poll_seconds=60):
        self.net = Doser()
        self.net.eval()
        self.carry = {}
        self.last = {}
        self.model_name = None
        self.poll_seconds = poll_seconds
        self.lock = asyncio.Lock()

    def install(self, path):
        blob = torch.load(path, map_location="cpu")
        self.net.load_state_dict(blob["net"])
        self.model_name = path.name
        log.info("model %s installed", path.name)

    def newest(self):
        files = sorted(MODEL_DIR.glob("*.pt"), key=lambda p: p.stat().st_mtime)
        return files[-1] if files else None

    async def watch(self, app):
        while True:
            await asyncio.sleep(self.poll_seconds)
            path = self.newest()
            if path is not None and path.name != self.model_name:
                async with self.lock:
                    self.install(path)

    async def post_model(self, request):
        body = await request.json()
        path = MODEL_DIR / Path(body["name"]).name
        if not path.exists():
            raise web.HTTPNotFound(text="no such model")
        async with self.lock:
            self.install(path)
            self.carry.clear()
        return web.json_response({"model": self.model_name})

    async def post_advice(self, request):
        body = await request.json()
        pid = str(body["patient"])
        glucose = float(body["glucose"])
        trend = glucose - self.last.get(pid, glucose)
        self.last[pid] = glucose
        x = torch.tensor([[glucose / 180.0, trend / 30.0, float(body.get("carbs", 0)) / 60.0]])
        async with self.lock:
            state = self.carry.get(pid)
            if state is None:
                state = self.net.blank()
            with torch.no_grad():
                units, self.carry[pid] = self.net(x, state)
        dose = round(max(0.0, units.item()), 1)
        if glucose < 80:
            dose = 0.0
        return web.json_response({"patient": pid, "units": dose, "model": self.model_name})

    async def delete_patient(self, request):
        pid = request.match_info["pid"]
        self.carry.pop(pid, None)
        self.last.pop(pid, None)
        return web.Response(status=204)


async def start_watch(app):
    app["watcher"] = asyncio.create_task(app["service"].watch(app))


async def stop_watch(app):
    app["watcher"].cancel()


def build():
    service = DosingService()
    first = service.newest()
    if first is not None:
        service.install(first)
    app = web.Application()
    app["service"] = service
    app.router.add_post("/advice", service.post_advice)
    app.router.add_post("/model", service.post_model)
    app.router.add_delete("/patients/{pid}", service.delete_patient)
    app.on_startup.append(start_watch)
    app.on_cleanup.append(stop_watch)
    return app


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    web.run_app(build(), port=8095)
