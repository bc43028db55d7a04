import torch
from torch import nn


class CueTeacher(nn.Module):
    """Large recurrent player; logits over 72 cue angles."""

    def __init__(self, n_obs=34, hid=256, n_angles=72):
        super().__init__()
        self.hid = hid
        self.enc = nn.Sequential(nn.Linear(n_obs, hid), nn.SiLU(), nn.Linear(hid, hid), nn.SiLU())
        self.cell = nn.LSTMCell(hid, hid)
        self.angle = nn.Linear(hid, n_angles)

    def forward(self, obs, hc):
        h, c = self.cell(self.enc(obs), hc)
        return self.angle(h), (h, c)


class CueStudent(nn.Module):
    def __init__(self, n_obs=34, hid=48, n_angles=72):
        super().__init__()
        self.gru = nn.GRU(n_obs, hid, batch_first=True)
        self.angle = nn.Linear(hid, n_angles)

    def forward(self, obs_seq):
        y, _ = self.gru(obs_seq)
        return self.angle(y)
