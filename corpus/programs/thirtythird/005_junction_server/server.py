import argparse
import asyncio
import logging

from aiohttp import web

from controller import Controller

routes = web.RouteTableDef()


@routes.post("/junction/{name}/counts")
async def counts(request: web.Request) -> web.Response:
    ctl: Controller = request.app["controller"]
    body = await request.json()
    values = body.get("counts", [])
    if len(values) != ctl.n_loops:
        raise web.HTTPBadRequest(text=f"expected {ctl.n_loops} counts")
    return web.json_response({"phase": ctl.decide(request.match_info["name"], values)})


@routes.get("/status")
async def status(request: web.Request) -> web.Response:
    ctl: Controller = request.app["controller"]
    return web.json_response({"junctions": {n: j.phase for n, j in ctl.junctions.items()}, "stamp": ctl.stamp})


async def watch(app: web.Application):
    while True:
        await asyncio.sleep(app["every"])
        try:
            app["controller"].refresh()
        except (OSError, RuntimeError, KeyError) as exc:
            logging.warning("checkpoint not taken: %s", exc)


async def background(app: web.Application):
    task = asyncio.create_task(watch(app))
    yield
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--checkpoint", default="city.pt")
    ap.add_argument("--port", type=int, default=8080)
    ap.add_argument("--every", type=float, default=30.0)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    app = web.Application()
    app["controller"] = Controller(args.checkpoint)
    app["every"] = args.every
    app.add_routes(routes)
    app.cleanup_ctx.append(background)
    web.run_app(app, port=args.port)


if __name__ == "__main__":
    main()
