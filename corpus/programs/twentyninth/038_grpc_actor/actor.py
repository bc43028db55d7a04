import sys

import grpc
import numpy as np
import torch

from common import ADDRESS, SERVICE, FurnaceNet, dumps, loads


class Furnace:
    """Reheating furnace: bring a slab to 1250 degrees within 90 steps without overshooting."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.slab, self.wall, self.t = self.rng.uniform(20, 400), 900.0, 0
        return self.obs()

    def obs(self):
        noise = self.rng.normal(0, 15)
        return np.array([[self.slab / 1250 - 0.5, (self.wall + noise) / 1250 - 0.5, self.t / 90, 1.0]], np.float32)

    def step(self, a):
        self.wall += (a - 1) * 25.0
        self.slab += 0.06 * (self.wall - self.slab)
        self.t += 1
        r = -abs(self.slab - 1250) / 1250 - 0.02 * (a == 2)
        return self.obs(), r, float(self.t >= 90)


class Actor:
    def __init__(self, channel, seed):
        self._pull = channel.unary_unary(f"/{SERVICE}/Pull")
        self._push = channel.unary_unary(f"/{SERVICE}/Push")
        self.net = FurnaceNet()
        self.env = Furnace(seed)
        self.obs = self.env.reset()
        self.m = torch.zeros(1, self.net.n_mem)

    def refresh(self):
        arrays = loads(self._pull(b"", timeout=5.0))
        self.net.load_state_dict({k: torch.from_numpy(a) for k, a in arrays.items()})

    @torch.no_grad()
    def fragment(self, n):
        f = {"m0": self.m.numpy().copy(), "obs": [], "act": [], "rew": [], "done": []}
        for _ in range(n):
            logits, _, self.m = self.net(torch.from_numpy(self.obs), self.m)
            a = int(torch.distributions.Categorical(logits=logits).sample())
            nxt, r, d = self.env.step(a)
            for key, val in zip(("obs", "act", "rew", "done"), (self.obs, a, r, d)):
                f[key].append(val)
            self.obs = nxt
            if d:
                self.obs = self.env.reset()
                self.m = torch.zeros_like(self.m)
        return f

    def run(self, n=20):
        while True:
            self.refresh()
            self._push(dumps(self.fragment(n)), timeout=30.0)


if __name__ == "__main__":
    with grpc.insecure_channel(ADDRESS) as ch:
        Actor(ch, int(sys.argv[1]) if len(sys.argv) > 1 else 0).run()
