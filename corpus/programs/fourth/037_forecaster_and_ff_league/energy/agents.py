"""Bidders in a simulated intraday market: a feed-forward policy over a forecast of its own."""
import copy

import numpy as np
import torch
from torch import nn


class LstmForecaster(nn.Module):
    """48 past prices -> 8 future ones. Reads each window from the start; keeps nothing."""

    def __init__(self, hidden=32):
        super().__init__()
        self.lstm = nn.LSTM(1, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 8)

    def forward(self, window):
        scale = window.abs().mean(-1, keepdim=True) + 1e-6
        _, (h, _) = self.lstm((window / scale).unsqueeze(-1))
        return self.out(h[-1]) * scale


class BidPolicy(nn.Module):
    def __init__(self, n_private, n_bids=11):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n_private + 8, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh())
        self.pi, self.v = nn.Linear(64, n_bids), nn.Linear(64, 1)

    def forward(self, private, forecast):
        z = self.net(torch.cat([private, forecast / 100], -1))
        return torch.distributions.Categorical(logits=self.pi(z)), self.v(z).squeeze(-1)


class Bidder:
    def __init__(self, n_private, lr=3e-4):
        self.forecaster = LstmForecaster()
        self.policy = BidPolicy(n_private)
        self.opt = torch.optim.Adam(self.policy.parameters(), lr=lr)
        self.state = None  # the market's last public state, for the log

    def bid(self, private, market_state, prices):
        self.state = market_state
        with torch.no_grad():
            forecast = self.forecaster(torch.as_tensor(prices, dtype=torch.float32))
        dist, value = self.policy(torch.as_tensor(private, dtype=torch.float32), forecast)
        a = dist.sample()
        return a.numpy(), dist.log_prob(a), value

    def snapshot(self):
        return copy.deepcopy({"policy": self.policy.state_dict(), "forecaster": self.forecaster.state_dict()})

    def become(self, snapshot):
        self.policy.load_state_dict(snapshot["policy"])
        self.forecaster.load_state_dict(snapshot["forecaster"])

    def learn(self, logps, values, rewards):
        ret, loss = torch.zeros_like(values[-1]), 0.0
        for lp, v, r in zip(reversed(logps), reversed(values), reversed(rewards)):
            ret = torch.as_tensor(r, dtype=torch.float32) + 0.98 * ret
            loss = loss - (lp * (ret - v).detach()).mean() + 0.5 * (ret - v).pow(2).mean()
        self.opt.zero_grad()
        (loss / len(logps)).backward()
        self.opt.step()
        return float(np.mean(rewards))
