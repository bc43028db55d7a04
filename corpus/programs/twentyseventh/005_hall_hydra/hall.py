import numpy as np
import torch
from torch import nn
from torch.distributions import Normal


class ServerHall:
    """First-order thermal model of a cold-aisle hall with one CRAC unit. Runs around the clock."""

    def __init__(self, racks, ambient, minutes):
        self.racks, self.ambient, self.dt = racks, ambient, minutes / 60.0
        self.temp = np.full(racks, 25.0)
        self.t = 0.0

    @property
    def load(self):
        daily = 6.0 + 3.0 * np.sin(2 * np.pi * (self.t - 9) / 24)
        return np.clip(daily + np.random.normal(0, 0.4, self.racks), 1, 12)

    def observe(self):
        return np.concatenate([(self.temp - 25) / 5, [np.sin(2 * np.pi * self.t / 24),
                                                      np.cos(2 * np.pi * self.t / 24)]]).astype(np.float32)

    def step(self, supply, fan):
        supply, fan = np.clip(supply, 14, 26), np.clip(fan, 0.2, 1.0)
        load = self.load
        self.temp += self.dt * (1.8 * load - 6.0 * fan * (self.temp - supply))
        self.t += self.dt
        cop = 2.5 + 0.15 * (supply - 14)
        kw = load.sum() * 0.3 * (26 - supply) / 12 / cop + self.racks * 1.2 * fan ** 3
        hot = np.maximum(self.temp - 27.0, 0).sum()
        return self.observe(), float(kw), float(hot)


class CoolingPolicy(nn.Module):
    def __init__(self, n_obs, hidden, log_std):
        super().__init__()
        self.lstm = nn.LSTM(n_obs, hidden)
        self.mu = nn.Linear(hidden, 2)
        self.v = nn.Linear(hidden, 1)
        self.log_std = nn.Parameter(torch.full((2,), log_std))

    def forward(self, obs, state):
        y, state = self.lstm(obs.view(1, 1, -1), state)
        y = y[0, 0]
        return Normal(self.mu(y), self.log_std.exp()), self.v(y).squeeze(-1), state


class Controller:
    def __init__(self, n_obs, hidden, log_std):
        self.policy = CoolingPolicy(n_obs, hidden, log_std)
        self.state = None

    def act(self, obs):
        dist, value, self.state = self.policy(torch.from_numpy(obs), self.state)
        a = dist.sample()
        supply = 20.0 + 6.0 * torch.tanh(a[0]).item()
        fan = 0.6 + 0.4 * torch.tanh(a[1]).item()
        return (supply, fan), dist.log_prob(a).sum(), value

    def cut(self):
        """Stop the gradient between two windows."""
        self.state = tuple(s.detach() for s in self.state)
