from __future__ import annotations

import asyncio
import pathlib
from dataclasses import dataclass, field

import torch


class SkewNet(torch.nn.Module):
    def __init__(self, width: int = 32):
        super().__init__()
        self.width = width
        self.inp = torch.nn.Linear(3, width)
        self.cell = torch.nn.LSTMCell(width, width)
        self.skew = torch.nn.Linear(width, 1)

    def forward(self, x, state):
        h, c = self.cell(torch.tanh(self.inp(x)), state)
        return torch.tanh(self.skew(h)), (h, c)


@dataclass
class Book:
    """What we know about one currency pair."""

    mid: float = 0.0
    inventory: float = 0.0
    state: tuple[torch.Tensor, torch.Tensor] | None = None


@dataclass
class Quoter:
    folder: pathlib.Path
    half_spread: float = 0.00008
    books: dict[str, Book] = field(default_factory=dict)
    net: SkewNet | None = None
    version: str = ""

    def newest(self) -> pathlib.Path | None:
        found = sorted(self.folder.glob("skew-*.pt"))
        return found[-1] if found else None

    def install(self, path: pathlib.Path) -> None:
        net = SkewNet()
        net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        net.eval()
        self.net = net
        self.version = path.stem
        for book in self.books.values():
            book.state = None

    async def follow_checkpoints(self, every: float) -> None:
        while True:
            path = self.newest()
            if path is not None and path.stem != self.version:
                self.install(path)
                print("quoting with", self.version)
            await asyncio.sleep(every)

    @torch.inference_mode()
    def quote(self, pair: str, mid: float, volume: float) -> tuple[float, float]:
        book = self.books.setdefault(pair, Book(mid=mid))
        ret = 1e4 * (mid - book.mid) / book.mid
        book.mid = mid
        x = torch.tensor([[ret, volume, book.inventory]])
        skew, book.state = self.net(x, book.state)
        centre = mid + float(skew) * self.half_spread
        return centre - self.half_spread, centre + self.half_spread


async def handle(quoter: Quoter, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        kind, pair, a, b = line.decode().split()
        if kind == "FILL":
            quoter.books.setdefault(pair, Book(mid=float(b))).inventory += float(a)
        elif quoter.net is not None:
            bid, ask = quoter.quote(pair, float(a), float(b))
            writer.write(f"{pair} {bid:.5f} {ask:.5f}\n".encode())
            await writer.drain()
    writer.close()


async def main() -> None:
    quoter = Quoter(pathlib.Path("checkpoints"))
    server = await asyncio.start_server(lambda r, w: handle(quoter, r, w), "127.0.0.1", 9009)
    async with server:
        await asyncio.gather(server.serve_forever(), quoter.follow_checkpoints(30.0))


if __name__ == "__main__":
    asyncio.run(main())
