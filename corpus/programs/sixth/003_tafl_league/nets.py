import torch
import torch.nn as nn


class TaflNet(nn.Module):
    """Conv trunk, one LSTM layer, two heads. Board 7x7, three planes; the fog hides the far half."""

    def __init__(self, n_moves, hid=160):
        super().__init__()
        self.hid = hid
        self.conv = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(),
            nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.Flatten(),
        )
        self.rnn = nn.LSTM(32 * 49, hid)
        self.pi = nn.Linear(hid, n_moves)
        self.v = nn.Linear(hid, 1)

    def zero(self, n):
        dev = self.pi.weight.device
        return torch.zeros(1, n, self.hid, device=dev), torch.zeros(1, n, self.hid, device=dev)

    def forward(self, planes, mem, legal):
        z = self.conv(planes).unsqueeze(0)
        z, mem = self.rnn(z, mem)
        z = z.squeeze(0)
        logits = self.pi(z).masked_fill(~legal, -1e9)
        return torch.distributions.Categorical(logits=logits), self.v(z).squeeze(-1), mem
