import asyncio
import io
import json
import os
import uuid
from dataclasses import dataclass, field

import torch
from websockets.asyncio.server import serve

from tracker import ACTS, DialoguePolicy, bag_of_words

POLICY = DialoguePolicy()
POLICY.eval()
TOKEN = os.environ.get("ADMIN_TOKEN", "")


@dataclass
class Conversation:
    belief: torch.Tensor = field(default_factory=lambda: torch.zeros(1, POLICY.width))
    last: torch.Tensor = field(default_factory=lambda: torch.zeros(1, len(ACTS)))
    turns: int = 0


CONVERSATIONS: dict[str, Conversation] = {}


@torch.inference_mode()
def answer(conv: Conversation, text: str) -> str:
    logits, conv.belief = POLICY(bag_of_words(text), conv.last, conv.belief)
    k = int(logits.argmax())
    conv.last = torch.nn.functional.one_hot(torch.tensor([k]), len(ACTS)).float()
    conv.turns += 1
    return ACTS[k]


async def talk(ws):
    key = uuid.uuid4().hex
    CONVERSATIONS[key] = Conversation()
    try:
        async for line in ws:
            act = answer(CONVERSATIONS[key], json.loads(line)["text"])
            await ws.send(json.dumps({"act": act, "turn": CONVERSATIONS[key].turns}))
            if act == "bye":
                break
    finally:
        del CONVERSATIONS[key]


async def admin(ws):
    if await ws.recv() != TOKEN:
        await ws.close(4001, "token")
        return
    async for body in ws:
        if body == "stats":
            await ws.send(json.dumps({"open": len(CONVERSATIONS)}))
        elif isinstance(body, bytes):
            POLICY.load_state_dict(torch.load(io.BytesIO(body), map_location="cpu", weights_only=True))
            await ws.send("loaded")


async def main():
    if os.path.exists("policy.pt"):
        POLICY.load_state_dict(torch.load("policy.pt", map_location="cpu", weights_only=True))
    async with serve(talk, "0.0.0.0", 8765), serve(admin, "127.0.0.1", 8766, max_size=2**26):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main())
