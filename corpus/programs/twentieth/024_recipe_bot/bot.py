import asyncio
import io
import json
import os

import torch
from aiohttp import web

from dialog import Dialogs

routes = web.RouteTableDef()


def from_bytes(raw):
    return torch.load(io.BytesIO(raw), map_location="cpu", weights_only=True)


@routes.post("/say/{who}")
async def say(request):
    text = (await request.json())["text"]
    who = request.match_info["who"]
    intent = request.app["dialogs"].answer(who, text)
    reply = request.app["replies"][intent]
    return web.json_response({"intent": intent, "reply": reply})


@routes.delete("/say/{who}")
async def bye(request):
    request.app["dialogs"].close(request.match_info["who"])
    return web.Response(status=204)


@routes.put("/weights")
async def put_weights(request):
    if request.headers.get("X-Token") != request.app["token"]:
        raise web.HTTPForbidden()
    raw = await request.read()
    try:
        weights = from_bytes(raw)
    except Exception as e:
        raise web.HTTPBadRequest(text=str(e))
    request.app["dialogs"].use(weights)
    with open(request.app["weights"], "wb") as f:
        f.write(raw)
    return web.json_response({"dialogs": len(request.app["dialogs"].states)})


async def watch_file(app):
    """Nightly training on this machine simply replaces the file."""
    dialogs, path = app["dialogs"], app["weights"]
    seen = os.path.getmtime(path)
    while True:
        await asyncio.sleep(60)
        now = os.path.getmtime(path)
        if now != seen:
            seen = now
            with open(path, "rb") as f:
                dialogs.use(from_bytes(f.read()))


async def background(app):
    task = asyncio.create_task(watch_file(app))
    yield
    task.cancel()


def make_app():
    app = web.Application(client_max_size=64 * 1024 ** 2)
    with open("vocab.json") as f:
        vocab = json.load(f)
    with open("replies.json") as f:
        app["replies"] = json.load(f)
    app["weights"] = os.environ.get("RECIPE_WEIGHTS", "recipe_bot.pt")
    app["token"] = os.environ["RECIPE_TOKEN"]
    app["dialogs"] = Dialogs(vocab, sorted(app["replies"]))
    with open(app["weights"], "rb") as f:
        app["dialogs"].use(from_bytes(f.read()))
    app.add_routes(routes)
    app.cleanup_ctx.append(background)
    return app


if __name__ == "__main__":
    web.run_app(make_app(), port=8088)
