"""Charging-point controller: one control loop, a small HTTP API next to it."""
import argparse
import asyncio
import io
import time

import torch
from aiohttp import ClientSession, web
from torch import nn


class ChargeNet(nn.Module):
    def __init__(self, features: int = 5, hidden: int = 24, levels: int = 6):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.LSTMCell(features, hidden)
        self.levels = nn.Linear(hidden, levels)

    def forward(self, x, carry):
        h, c = self.cell(x, carry)
        return self.levels(h), (h, c)

    def start(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)


class Controller:
    AMPS = (0, 6, 10, 16, 25, 32)

    def __init__(self, meter_url: str, period: float):
        self.meter_url = meter_url
        self.period = period
        self.net = ChargeNet().eval()
        self.carry = self.net.start()
        self.session_id = None
        self.amps = 0
        self.decisions = 0

    def decide(self, reading: dict) -> int:
        if reading["session"] != self.session_id:
            self.session_id = reading["session"]
            self.carry = self.net.start()
        hour = time.localtime().tm_hour
        x = torch.tensor([[reading["grid_kw"] / 20, reading["pv_kw"] / 10, reading["soc"],
                           reading["price"], hour / 24]])
        with torch.no_grad():
            logits, self.carry = self.net(x, self.carry)
        self.decisions += 1
        return self.AMPS[int(logits.argmax())]

    async def loop(self):
        async with ClientSession() as http:
            while True:
                try:
                    async with http.get(self.meter_url + "/reading") as resp:
                        reading = await resp.json()
                    if reading["plugged"]:
                        self.amps = self.decide(reading)
                    else:
                        self.amps = 0
                    await http.post(self.meter_url + "/limit", json={"amps": self.amps})
                except OSError as exc:
                    print("meter not reachable:", exc)
                await asyncio.sleep(self.period)


routes = web.RouteTableDef()


@routes.get("/status")
async def status(request):
    ctl = request.app["controller"]
    return web.json_response({"amps": ctl.amps, "session": ctl.session_id,
                              "decisions": ctl.decisions})


@routes.post("/policy")
async def put_policy(request):
    ctl = request.app["controller"]
    body = await request.read()
    weights = torch.load(io.BytesIO(body), map_location="cpu", weights_only=True)
    try:
        ctl.net.load_state_dict(weights)
    except RuntimeError as exc:
        return web.json_response({"error": str(exc)}, status=400)
    if request.query.get("restart") == "1":
        ctl.carry = ctl.net.start()
        ctl.decisions = 0
    return web.json_response({"ok": True})


async def on_start(app):
    app["task"] = asyncio.create_task(app["controller"].loop())


async def on_stop(app):
    app["task"].cancel()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--meter", default="http://localhost:9000")
    ap.add_argument("--period", type=float, default=15.0)
    ap.add_argument("--port", type=int, default=8080)
    args = ap.parse_args()
    app = web.Application(client_max_size=64 * 1024 ** 2)
    app["controller"] = Controller(args.meter, args.period)
    app.add_routes(routes)
    app.on_startup.append(on_start)
    app.on_cleanup.append(on_stop)
    web.run_app(app, port=args.port)


if __name__ == "__main__":
    main()
