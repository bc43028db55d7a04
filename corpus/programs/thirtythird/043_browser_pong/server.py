import asyncio
import json
import os

import aiohttp
import websockets

from bot import Match, PaddleNet, decode

net = PaddleNet().eval()
matches = {}
ADMIN_KEY = os.environ.get("ADMIN_KEY", "dev")
WEIGHTS_URL = os.environ.get("WEIGHTS_URL", "http://localhost:9000/paddle/latest.pt")


async def download(url):
    async with aiohttp.ClientSession() as http:
        async with http.get(url) as resp:
            resp.raise_for_status()
            return await resp.read()


async def deploy(url):
    body = await download(url)
    net.load_state_dict(decode(body))
    await asyncio.gather(
        *(ws.send(json.dumps({"op": "notice", "text": "the bot has learnt something"})) for ws in list(matches)),
        return_exceptions=True,
    )


async def handler(ws):
    match = matches[ws] = Match("anonymous")
    try:
        async for raw in ws:
            msg = json.loads(raw)
            op = msg["op"]
            if op == "hello":
                match.name = msg["name"]
                await ws.send(json.dumps({"op": "welcome", "players": len(matches)}))
            elif op == "rally":
                match.new_rally(msg.get("winner"))
                await ws.send(json.dumps({"op": "score", "points": match.points}))
            elif op == "frame":
                await ws.send(json.dumps({"op": "move", "move": match.move(net, msg)}))
            elif op == "deploy" and msg.get("key") == ADMIN_KEY:
                try:
                    await deploy(msg["url"])
                    await ws.send(json.dumps({"op": "deployed", "url": msg["url"]}))
                except aiohttp.ClientError as e:
                    await ws.send(json.dumps({"op": "error", "text": str(e)}))
            else:
                await ws.send(json.dumps({"op": "error", "text": f"unknown op {op}"}))
    finally:
        matches.pop(ws, None)


async def main():
    net.load_state_dict(decode(await download(WEIGHTS_URL)))
    async with websockets.serve(handler, "0.0.0.0", int(os.environ.get("PORT", "8765"))):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
