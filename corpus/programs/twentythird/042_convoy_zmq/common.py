import io

import torch
import torch.nn as nn

WEIGHTS_ADDR = "tcp://127.0.0.1:5601"
TRAJ_ADDR = "tcp://127.0.0.1:5602"


class ConvoyNet(nn.Module):
    def __init__(self, obs=10, act=5, hid=96):
        super().__init__()
        self.obs, self.act, self.hid = obs, act, hid
        self.trunk = nn.Sequential(nn.Linear(obs, hid), nn.LayerNorm(hid), nn.ReLU())
        self.core = nn.GRU(hid, hid)
        self.pi = nn.Linear(hid, act)
        self.vf = nn.Linear(hid, 1)

    def start(self, n=1):
        return torch.zeros(1, n, self.hid)

    def forward(self, x, h):
        # x: T x B x obs
        y, h = self.core(self.trunk(x), h)
        return self.pi(y), self.vf(y).squeeze(-1), h


def pack(obj):
    buf = io.BytesIO()
    torch.save(obj, buf)
    return buf.getvalue()


def unpack(raw):
    return torch.load(io.BytesIO(raw), map_location="cpu")
