"""Websocket hub between the socket electronics (role "arm") and the tablet of the therapist (role "tablet")."""
import argparse
import json
import os
import time

from aiohttp import WSMsgType, web

from myonet import HandController


class Hub:
    def __init__(self, models_dir, default):
        self.models_dir = models_dir
        self.controller = HandController(os.path.join(models_dir, default))
        self.current = default
        self.tablets = set()
        self.last_emg = time.time()

    async def tell(self, **msg):
        for ws in list(self.tablets):
            await ws.send_json(msg)

    async def arm(self, request):
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        self.controller.clear()
        async for msg in ws:
            if msg.type != WSMsgType.TEXT:
                break
            data = json.loads(msg.data)
            now = time.time()
            dt = min(now - self.last_emg, 0.1)
            self.last_emg = now
            angles = self.controller.tick(data["emg"], dt)
            await ws.send_json({"angles": angles})
        return ws

    async def tablet(self, request):
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        self.tablets.add(ws)
        await ws.send_json({"models": sorted(os.listdir(self.models_dir)), "current": self.current})
        try:
            async for msg in ws:
                if msg.type != WSMsgType.TEXT:
                    break
                data = json.loads(msg.data)
                if data["cmd"] == "choose":
                    self.controller.load(os.path.join(self.models_dir, data["model"]))
                    self.controller.clear()
                    self.current = data["model"]
                    await self.tell(current=self.current)
                elif data["cmd"] == "open_hand":
                    self.controller.clear()
        finally:
            self.tablets.discard(ws)
        return ws

    async def upload(self, request):
        """The calibration PC sends the adapted model of the running session."""
        name = os.path.basename(request.match_info["name"])
        path = os.path.join(self.models_dir, name)
        with open(path + ".part", "wb") as f:
            async for chunk in request.content.iter_chunked(1 << 16):
                f.write(chunk)
        os.replace(path + ".part", path)
        if name == self.current:
            self.controller.load(path)
            await self.tell(updated=name)
        else:
            await self.tell(models=sorted(os.listdir(self.models_dir)))
        return web.json_response({"stored": name, "active": name == self.current})


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--models", default="models")
    p.add_argument("--default", default="generic.pt")
    p.add_argument("--port", type=int, default=8090)
    args = p.parse_args()
    hub = Hub(args.models, args.default)
    app = web.Application(client_max_size=64 * 2**20)
    app.add_routes([
        web.get("/arm", hub.arm),
        web.get("/tablet", hub.tablet),
        web.put("/models/{name}", hub.upload),
    ])
    web.run_app(app, port=args.port)


if __name__ == "__main__":
    main()
