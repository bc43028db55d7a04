import io
import queue
import threading
import time

import numpy as np
import requests
import torch


class TickThread(threading.Thread):
    """Fakes the exchange: random trades of all symbols into one queue."""

    def __init__(self, symbols, out, seed=1):
        super().__init__(daemon=True)
        self.symbols = symbols
        self.out = out
        self.rng = np.random.default_rng(seed)
        self.mid = {s: 100.0 for s in symbols}

    def run(self):
        while True:
            s = self.symbols[self.rng.integers(len(self.symbols))]
            self.mid[s] *= 1 + self.rng.normal(0, 2e-4)
            side = 1 if self.rng.random() < 0.5 else -1
            size = self.rng.exponential(0.5)
            self.out.put((s, self.mid[s], side, size))
            time.sleep(0.005)


class ModelThread(threading.Thread):
    """Asks the model server for a newer version once a minute."""

    def __init__(self, url, out: queue.Queue, every=60.0):
        super().__init__(daemon=True)
        self.url = url
        self.out = out
        self.every = every
        self.etag = None

    def run(self):
        while True:
            headers = {"If-None-Match": self.etag} if self.etag else {}
            try:
                r = requests.get(self.url, headers=headers, timeout=10)
            except requests.RequestException as exc:
                print("model server:", exc)
            else:
                if r.status_code == 200:
                    self.etag = r.headers.get("ETag")
                    self.out.put(torch.load(io.BytesIO(r.content), map_location="cpu"))
            time.sleep(self.every)
