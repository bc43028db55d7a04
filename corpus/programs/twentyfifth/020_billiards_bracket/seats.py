import torch
from torch import nn


class ShotNet(nn.Module):
    def __init__(self, n_obs=14, hid=96, n_shots=48):
        super().__init__()
        self.hid = hid
        self.enc = nn.Sequential(nn.Linear(n_obs, hid), nn.GELU())
        self.gru = nn.GRU(hid, hid, batch_first=True)
        self.shot = nn.Linear(hid, n_shots)

    def forward(self, obs, h):
        y, h = self.gru(self.enc(obs).unsqueeze(1), h)
        return self.shot(y.squeeze(1)), h


class Seat:
    """A robot arm at the table; any entrant can be put on it."""

    def __init__(self, name):
        self.name = name
        self.net = ShotNet().eval()
        self.entrant = None
        self.h = None

    def put(self, entrant):
        if entrant == self.entrant:
            return
        self.net.load_state_dict(torch.load(entrant, map_location="cpu"))
        self.entrant = entrant

    def rack(self):
        self.h = torch.zeros(1, 1, self.net.hid)

    @torch.no_grad()
    def shoot(self, obs):
        logits, self.h = self.net(obs.unsqueeze(0), self.h)
        return int(torch.distributions.Categorical(logits=logits).sample())
