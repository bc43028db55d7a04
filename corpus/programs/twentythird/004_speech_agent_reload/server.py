import time

import torch
from aiohttp import web
from sentence_transformers import SentenceTransformer

from net import DialogueNet

ACTS = open("acts.txt").read().split()
IDLE = 20 * 60


class Agent:
    def __init__(self, weights):
        self.encoder = SentenceTransformer("all-MiniLM-L6-v2")
        self.net = self.build(weights)
        self.calls = {}
        self.seen = {}

    def build(self, weights):
        net = DialogueNet(acts=len(ACTS))
        net.load_state_dict(torch.load(weights, map_location="cpu"))
        net.eval()
        return net

    def turn(self, call_id, text):
        emb = torch.from_numpy(self.encoder.encode(text))
        state = self.calls.get(call_id)
        if state is None:
            state = self.net.start()
        with torch.no_grad():
            logits, state = self.net(emb, state)
        self.calls[call_id] = state
        self.seen[call_id] = time.time()
        return ACTS[int(logits.argmax())]

    def hang_up(self, call_id):
        self.calls.pop(call_id, None)
        self.seen.pop(call_id, None)

    def sweep(self):
        now = time.time()
        for cid in [c for c, t in self.seen.items() if now - t > IDLE]:
            self.hang_up(cid)

    def reload(self, weights):
        fresh = self.build(weights)
        self.net = fresh


routes = web.RouteTableDef()


@routes.post("/call/{cid}/turn")
async def post_turn(request):
    body = await request.json()
    agent = request.app["agent"]
    agent.sweep()
    act = agent.turn(request.match_info["cid"], body["text"])
    return web.json_response({"act": act})


@routes.delete("/call/{cid}")
async def end_call(request):
    request.app["agent"].hang_up(request.match_info["cid"])
    return web.Response(status=204)


@routes.post("/admin/model")
async def post_model(request):
    body = await request.json()
    if request.headers.get("X-Token") != request.app["token"]:
        raise web.HTTPForbidden()
    request.app["agent"].reload(body["path"])
    return web.json_response({"ok": True})


def make_app(weights, token):
    app = web.Application()
    app["agent"] = Agent(weights)
    app["token"] = token
    app.add_routes(routes)
    return app


if __name__ == "__main__":
    import os

    web.run_app(make_app(os.environ["WEIGHTS"], os.environ["ADMIN_TOKEN"]), port=8088)
