import collections

import torch


class Session:
    """One market as seen by one model version."""

    def __init__(self, market, net, version):
        self.market = market
        self.net = net
        self.version = version
        self.memory = net.start()

    @torch.no_grad()
    def push(self, bar):
        x = torch.tensor([bar], dtype=torch.float32)
        weight, self.memory = self.net(x, self.memory)
        return float(weight)


class History:
    def __init__(self, depth=256):
        self.bars = collections.defaultdict(lambda: collections.deque(maxlen=depth))

    def add(self, market, bar):
        self.bars[market].append(bar)

    def replay_into(self, session):
        out = 0.0
        for bar in self.bars[session.market]:
            out = session.push(bar)
        return out
