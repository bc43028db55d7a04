import asyncio
import json
from collections import deque
from dataclasses import dataclass, field

import numpy as np
import websockets


@dataclass
class Candle:
    open: float
    high: float
    low: float
    close: float
    volume: float
    minute: int
    closes: deque = field(repr=False, default_factory=deque)

    @property
    def is_first_of_session(self) -> bool:
        return self.minute % 1440 == 0

    def features(self) -> np.ndarray:
        c = np.asarray(self.closes, dtype=np.float32)
        ret = np.diff(np.log(c))[-6:]
        ret = np.pad(ret, (6 - len(ret), 0))
        shape = [self.high / self.close - 1, self.low / self.close - 1, self.open / self.close - 1]
        clock = [np.sin(2 * np.pi * self.minute / 1440), np.cos(2 * np.pi * self.minute / 1440)]
        return np.concatenate([ret * 100, shape, clock, [np.log1p(self.volume)]]).astype(np.float32)


async def candles(symbol, interval):
    url = f"wss://stream.example.com/ws/{symbol.lower()}@kline_{interval}"
    closes = deque(maxlen=32)
    while True:
        try:
            async with websockets.connect(url) as ws:
                async for raw in ws:
                    k = json.loads(raw)["k"]
                    if not k["x"]:
                        continue
                    closes.append(float(k["c"]))
                    yield Candle(float(k["o"]), float(k["h"]), float(k["l"]), float(k["c"]), float(k["v"]), k["t"] // 60000, closes)
        except websockets.ConnectionClosed:
            await asyncio.sleep(2)
