"""Everything that knows redis."""
import io
import pickle
import zlib

import redis
import torch


class Bus:
    PARAMS, VERSION, FRAGMENTS = "learner:params", "learner:version", "fragments"

    def __init__(self, url="redis://localhost:6379/0"):
        self.r = redis.Redis.from_url(url)

    def publish(self, state_dict):
        buf = io.BytesIO()
        torch.save({k: v.cpu() for k, v in state_dict.items()}, buf)
        with self.r.pipeline() as p:
            p.set(self.PARAMS, buf.getvalue())
            p.incr(self.VERSION)
            p.execute()

    def newer_than(self, version):
        now = int(self.r.get(self.VERSION) or 0)
        if now <= version:
            return version, None
        blob = self.r.get(self.PARAMS)
        return now, torch.load(io.BytesIO(blob), map_location="cpu")

    def push(self, fragment):
        self.r.rpush(self.FRAGMENTS, zlib.compress(pickle.dumps(fragment), 1))

    def pop(self, n):
        out = []
        while len(out) < n:
            _, raw = self.r.blpop(self.FRAGMENTS)
            out.append(pickle.loads(zlib.decompress(raw)))
        return out
