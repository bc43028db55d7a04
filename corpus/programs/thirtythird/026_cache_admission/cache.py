from __future__ import annotations

import math
import queue
import random
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Protocol

import torch

from scorer import N_SHARDS, Generation


class BlobFeed(Protocol):
    def poll(self) -> bytes | None: ...


class FileFeed:
    def __init__(self, path: Path, every: float = 5.0) -> None:
        self._path = path
        self._every = every
        self._box: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._stamp = path.stat().st_mtime_ns
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(self._every)
            stamp = self._path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._stamp = stamp
                self._box.put(self._path.read_bytes())

    def poll(self) -> bytes | None:
        try:
            return self._box.get_nowait()
        except queue.Empty:
            return None


class Cache:
    def __init__(self, capacity: int, first: bytes, feed: BlobFeed) -> None:
        self._capacity = capacity
        self._feed = feed
        self._gen = Generation.decode(0, first)
        self._shards: list[OrderedDict[int, int]] = [OrderedDict() for _ in range(N_SHARDS)]
        self._last: dict[int, int] = {}
        self._clock = 0

    def request(self, key: int, size: int) -> bool:
        self._clock += 1
        blob = self._feed.poll()
        if blob is not None:
            self._gen = Generation.decode(self._gen.number + 1, blob)
        shard = key % N_SHARDS
        store = self._shards[shard]
        age = self._clock - self._last.get(key, 0)
        self._last[key] = self._clock
        fill = sum(store.values()) / self._capacity
        hit = key in store
        x = torch.tensor([[math.log1p(age), math.log1p(size), fill, float(hit)]])
        keep = self._gen.admit(shard, x)
        if hit:
            store.move_to_end(key)
        elif keep:
            store[key] = size
            while sum(store.values()) > self._capacity:
                store.popitem(last=False)
        return hit


def main() -> None:
    path = Path("admission.pt")
    cache = Cache(4096, path.read_bytes(), FileFeed(path))
    hits = 0
    n = 0
    while True:
        key = int(random.paretovariate(1.1))
        hits += cache.request(key, 1 + key % 97)
        n += 1
        if n % 100_000 == 0:
            print(f"requests={n} hit_rate={hits / n:.3f}")


if __name__ == "__main__":
    main()
