import random

import torch
import torch.nn as nn

ADDRESS = ("127.0.0.1", 6077)
KEY = b"kiosk"


class PriceNet(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.gru = nn.GRU(3, hidden)
        self.logits = nn.Linear(hidden, 5)

    def forward(self, obs, h):
        y, h = self.gru(obs.view(1, 1, 3), h)
        return self.logits(y[0, 0]), h


class Kiosk:
    """Ice cream kiosk, price is set every ten minutes during one day."""

    prices = (1.0, 1.5, 2.0, 2.5, 3.0)

    def reset(self):
        self.stock, self.slot = 80, 0
        self.heat = random.uniform(0.2, 1.0)
        self.sold = 0
        return self.obs()

    def obs(self):
        return torch.tensor([self.stock / 80, self.slot / 60, self.sold / 5])

    def step(self, a):
        want = sum(random.random() < self.heat * (1.0 - 0.25 * a) for _ in range(4))
        self.sold = min(want, self.stock)
        self.stock -= self.sold
        self.slot += 1
        return self.obs(), self.sold * self.prices[a], self.slot == 60
