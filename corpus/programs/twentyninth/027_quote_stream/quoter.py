import json
import os

import torch
from torch import nn

HID = 32


class QuoteNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(6, HID)
        self.lstm = nn.LSTMCell(HID, HID)
        self.skew = nn.Linear(HID, 1)
        self.width = nn.Linear(HID, 1)

    def forward(self, x, hx, cx):
        hx, cx = self.lstm(torch.relu(self.l1(x)), (hx, cx))
        return torch.tanh(self.skew(hx)), nn.functional.softplus(self.width(hx)), hx, cx


class Quoter:
    """Bid/ask around the mid of one instrument. A trading session runs from auction to auction."""

    def __init__(self, symbol, model_dir):
        self.symbol = symbol
        self.model_dir = model_dir
        self.net = QuoteNet().eval()
        self.stamp = None
        self.inventory = 0
        self.hx = self.cx = None
        self.in_session = False
        self.wanted = None

    def newest(self):
        meta = os.path.join(self.model_dir, self.symbol, "latest.json")
        with open(meta) as f:
            return json.load(f)["file"]

    def note_release(self, name):
        if name != self.stamp:
            self.wanted = name

    def begin(self):
        if self.wanted is not None:
            path = os.path.join(self.model_dir, self.symbol, self.wanted)
            self.net.load_state_dict(torch.load(path, map_location="cpu"))
            self.stamp, self.wanted = self.wanted, None
        self.hx = torch.zeros(1, HID)
        self.cx = torch.zeros(1, HID)
        self.in_session = True

    def finish(self):
        self.in_session = False

    @torch.no_grad()
    def quote(self, book):
        if not self.in_session:
            return None
        mid = (book["bid"] + book["ask"]) / 2
        x = torch.tensor([[book["ask"] - book["bid"], book["bid_size"], book["ask_size"],
                           book["last"] - mid, book["flow"], self.inventory / 100.0]])
        skew, width, self.hx, self.cx = self.net(x, self.hx, self.cx)
        centre = mid + float(skew) * 0.5
        return {"symbol": self.symbol, "bid": round(centre - float(width), 2), "ask": round(centre + float(width), 2)}
