import torch
from torch import nn

from .base import Controller


class ReflexNet(nn.Sequential):
    def __init__(self, n_in, n_out):
        super().__init__(nn.Linear(n_in, 64), nn.ReLU(), nn.Linear(64, n_out))


class MemoryNet(nn.Module):
    def __init__(self, n_in, n_out, width=64):
        super().__init__()
        self.width = width
        self.cell = nn.LSTMCell(n_in, width)
        self.out = nn.Linear(width, n_out)

    def forward(self, x, hc):
        h, c = self.cell(x, hc)
        return self.out(h), (h, c)


class Animal(Controller):
    """Acts on what it senses now."""

    def __init__(self, n_in=12, n_out=6):
        super().__init__(ReflexNet(n_in, n_out))

    @torch.no_grad()
    def decide(self, npc, senses):
        with self._lock:
            return int(self.net(torch.as_tensor(senses, dtype=torch.float32)).argmax())


class Villager(Controller):
    """Remembers its day."""

    def __init__(self, n_in=20, n_out=11):
        super().__init__(MemoryNet(n_in, n_out))
        self._days = {}

    def _installed(self):
        self._days.clear()

    def _blank(self):
        return torch.zeros(1, self.net.width), torch.zeros(1, self.net.width)

    @torch.no_grad()
    def decide(self, npc, senses):
        x = torch.as_tensor(senses, dtype=torch.float32)[None]
        with self._lock:
            logits, self._days[npc] = self.net(x, self._days.get(npc) or self._blank())
        return int(torch.distributions.Categorical(logits=logits[0]).sample())

    def despawn(self, npc):
        self._days.pop(npc, None)
