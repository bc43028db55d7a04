import io
import pickle

import torch
from torch import nn

WEIGHTS, SHIFTS = "postroom:weights", "postroom:shifts"


class SorterNet(nn.Module):
    def __init__(self, n_obs=3, n_bags=5, hidden=64):
        super().__init__()
        self.lstm = nn.LSTM(n_obs, hidden, batch_first=True)
        self.q = nn.Linear(hidden, n_bags)

    def forward(self, x, hidden=None):
        y, hidden = self.lstm(x, hidden)
        return self.q(y), hidden


def put_weights(db, net):
    buf = io.BytesIO()
    torch.save(net.state_dict(), buf)
    db.set(WEIGHTS, buf.getvalue())


def get_weights(db):
    raw = db.get(WEIGHTS)
    return None if raw is None else torch.load(io.BytesIO(raw), map_location="cpu")


def put_shift(db, shift):
    db.rpush(SHIFTS, pickle.dumps(shift))


def get_shifts(db, block):
    out = []
    if block:
        out.append(pickle.loads(db.blpop(SHIFTS)[1]))
    while True:
        raw = db.lpop(SHIFTS)
        if raw is None:
            return out
        out.append(pickle.loads(raw))
