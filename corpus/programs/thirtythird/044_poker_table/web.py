import json
import pathlib
import uuid

from aiohttp import WSMsgType, web
from safetensors import SafetensorError

from player import HeadsUp, Seat, weights_from

routes = web.RouteTableDef()
NET = web.AppKey("net", HeadsUp)
SEATS = web.AppKey("seats", dict)


@routes.get("/table")
async def table(request):
    ws = web.WebSocketResponse(heartbeat=20)
    await ws.prepare(request)
    seat_id = uuid.uuid4().hex
    seat = Seat(request.app[NET])
    request.app[SEATS][seat_id] = seat
    try:
        async for msg in ws:
            if msg.type != WSMsgType.TEXT:
                break
            event = json.loads(msg.data)
            if event["type"] == "deal":
                seat.deal()
                continue
            action = seat.see(event)
            if action is not None:
                await ws.send_json({"seat": seat_id, "action": action})
    finally:
        request.app[SEATS].pop(seat_id, None)
    return ws


@routes.put("/weights")
async def put_weights(request):
    blob = await request.read()
    try:
        weights = weights_from(blob)
    except SafetensorError as e:
        raise web.HTTPBadRequest(text=str(e))
    request.app[NET].load_state_dict(weights)
    for seat in request.app[SEATS].values():
        seat.forget()
    return web.json_response({"seats": len(request.app[SEATS])})


@routes.get("/stats")
async def stats(request):
    return web.json_response({k: s.hands for k, s in request.app[SEATS].items()})


def make_app():
    app = web.Application(client_max_size=64 * 2 ** 20)
    net = HeadsUp().eval()
    path = pathlib.Path("headsup.safetensors")
    if path.exists():
        net.load_state_dict(weights_from(path.read_bytes()))
    app[NET] = net
    app[SEATS] = {}
    app.add_routes(routes)
    return app


if __name__ == "__main__":
    web.run_app(make_app(), port=8080)
