import asyncio
import json
import os
import uuid

import torch
import torch.nn as nn
from aiohttp import web

HID = 192


class NPC(nn.Module):
    def __init__(self, d=88, a=24):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(d, HID), nn.GELU(), nn.LayerNorm(HID))
        self.mem = nn.LSTM(HID, HID, batch_first=True)
        self.act = nn.Linear(HID, a)

    def forward(self, x, s=None):
        y, s = self.mem(self.enc(x).unsqueeze(1), s)
        return self.act(y[:, 0]), s


net = NPC().eval()
sessions = {}
lock = asyncio.Lock()


async def new_session(request):
    sid = uuid.uuid4().hex
    sessions[sid] = {"s": None, "n": 0, "name": request.query.get("name", "anon")}
    return web.json_response({"sid": sid})


async def act(request):
    body = await request.json()
    sess = sessions.get(body["sid"])
    if sess is None:
        raise web.HTTPNotFound(text="unknown session")
    x = torch.tensor(body["obs"], dtype=torch.float32).unsqueeze(0)
    async with lock:
        with torch.no_grad():
            logits, sess["s"] = net(x, sess["s"])
    sess["n"] += 1
    temp = float(body.get("temp", 1.0))
    a = torch.distributions.Categorical(logits=logits / max(temp, 1e-3)).sample()
    return web.json_response({"a": int(a), "n": sess["n"]})


async def end_session(request):
    body = await request.json()
    sessions.pop(body["sid"], None)
    return web.Response(text="bye")


async def deploy(request):
    """POST /admin/deploy {"file": ...}: new brains without a restart"""
    body = await request.json()
    if request.headers.get("X-Token") != os.environ["ADMIN_TOKEN"]:
        raise web.HTTPForbidden()
    sd = torch.load(os.path.join("brains", os.path.basename(body["file"])), map_location="cpu")
    async with lock:
        net.load_state_dict(sd)
    return web.Response(text=json.dumps({"open": len(sessions)}))


def make_app():
    app = web.Application()
    app.add_routes([
        web.get("/new", new_session),
        web.post("/act", act),
        web.post("/end", end_session),
        web.post("/admin/deploy", deploy),
    ])
    return app


if __name__ == "__main__":
    net.load_state_dict(torch.load("brains/default.pt", map_location="cpu"))
    web.run_app(make_app(), port=int(os.environ.get("PORT", 8080)))
