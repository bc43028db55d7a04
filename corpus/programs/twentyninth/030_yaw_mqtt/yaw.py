import io
import math
from typing import NamedTuple

import torch
import torch.nn as nn
from torch import Tensor


class Gust(NamedTuple):
    slow: Tensor
    fast: Tensor


class YawNet(nn.Module):
    def __init__(self, width: int = 16):
        super().__init__()
        self.width = width
        self.slow = nn.GRUCell(4, width)
        self.fast = nn.GRUCell(4 + width, width)
        self.head = nn.Linear(width, 3)

    def initial(self) -> Gust:
        return Gust(torch.zeros(1, self.width), torch.zeros(1, self.width))

    def forward(self, x: Tensor, g: Gust):
        slow = self.slow(x, g.slow)
        fast = self.fast(torch.cat([x, slow], -1), g.fast)
        return self.head(fast), Gust(slow, fast)


class YawController:
    """Nacelle yaw: -1, 0 or +1 motor command from wind vane and anemometer."""

    def __init__(self, net: YawNet, turbine: str):
        self.net = net
        self.turbine = turbine
        self.gust = net.initial()
        self.moves = 0

    @classmethod
    def from_bytes(cls, blob: bytes, turbine: str) -> "YawController":
        net = YawNet()
        net.load_state_dict(torch.load(io.BytesIO(blob), map_location="cpu"))
        return cls(net.eval(), turbine)

    @torch.inference_mode()
    def command(self, speed: float, vane_deg: float, power: float) -> int:
        rad = math.radians(vane_deg)
        x = torch.tensor([[speed / 25.0, math.sin(rad), math.cos(rad), power]])
        logits, self.gust = self.net(x, self.gust)
        move = int(logits.argmax(-1)) - 1
        self.moves += abs(move)
        return move
