import random
from collections import deque

import ray
import torch
import torch.nn.functional as F

from .net import R2D2Net


@ray.remote
class Replay:
    def __init__(self, cap=20_000):
        self.d = deque(maxlen=cap)

    def add(self, seq):
        self.d.append(seq)

    def sample(self, n):
        return random.sample(list(self.d), n) if len(self.d) >= n else None


class Learner:
    def __init__(self, obs, act, ps, replay):
        self.net, self.tgt = R2D2Net(obs, act), R2D2Net(obs, act)
        self.opt = torch.optim.Adam(self.net.parameters(), 1e-4)
        self.ps, self.replay = ps, replay

    def loop(self, steps):
        for i in range(steps):
            batch = ray.get(self.replay.sample.remote(16))
            if batch is None:
                continue
            loss = 0.0
            for s in batch:
                o = torch.as_tensor([x[0] for x in s], dtype=torch.float32)[None]
                a = torch.tensor([x[1] for x in s])
                r = torch.tensor([float(x[2]) for x in s])
                d = torch.tensor([float(x[3]) for x in s])
                hc = None if s[0][4] is None else tuple(torch.as_tensor(h) for h in s[0][4])
                q, _ = self.net(o, hc)
                with torch.no_grad():
                    t, _ = self.tgt(o, hc)
                y = r[:-1] + 0.997 * (1 - d[:-1]) * t[0, 1:].max(-1).values
                loss = loss + F.mse_loss(q[0, :-1].gather(1, a[:-1, None])[:, 0], y)
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()
            if i % 50 == 0:
                self.ps.push.remote({k: v.cpu() for k, v in self.net.state_dict().items()})
            if i % 2500 == 0:
                self.tgt.load_state_dict(self.net.state_dict())
