"""uvicorn app:app --workers 1"""
import asyncio
import os
from contextlib import asynccontextmanager

from fastapi import FastAPI
from pydantic import BaseModel

from pricing.registry import Registry
from pricing.shader import Shader


class Bid(BaseModel):
    campaign: str
    features: list[float]
    bid: float


class Batcher:
    """Collects the requests of a few milliseconds into one forward pass."""

    def __init__(self, shader, wait=0.004, limit=256):
        self.shader, self.wait, self.limit = shader, wait, limit
        self.queue = asyncio.Queue()

    async def ask(self, bid):
        future = asyncio.get_running_loop().create_future()
        await self.queue.put((bid, future))
        return await future

    async def run(self):
        while True:
            batch = [await self.queue.get()]
            await asyncio.sleep(self.wait)
            seen = {batch[0][0].campaign}
            while not self.queue.empty() and len(batch) < self.limit:
                item = self.queue.get_nowait()
                if item[0].campaign in seen:
                    await self.queue.put(item)
                    break
                seen.add(item[0].campaign)
                batch.append(item)
            bids = self.shader.shade([(b.campaign, b.features, b.bid) for b, _ in batch])
            for (_, future), value in zip(batch, bids):
                future.set_result(value)


shader = Shader(Registry(os.environ.get("RELEASES", "releases")))
batcher = Batcher(shader)


@asynccontextmanager
async def lifespan(_):
    task = asyncio.create_task(batcher.run())
    yield
    task.cancel()


app = FastAPI(lifespan=lifespan)


@app.post("/shade")
async def shade(bid: Bid):
    return {"bid": await batcher.ask(bid)}


@app.delete("/campaigns/{campaign}")
async def end(campaign: str):
    shader.end_of_day(campaign)
    return {}
