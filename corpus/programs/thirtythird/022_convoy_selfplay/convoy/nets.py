import torch
import torch.nn as nn


class Captain(nn.Module):
    def __init__(self, obs_dim, n_actions, d=48):
        super().__init__()
        self.d = d
        self.lstm = nn.LSTM(obs_dim, d)
        self.pi = nn.Linear(d, n_actions)
        self.v = nn.Linear(d, 1)

    def forward(self, obs, plot=None):
        y, plot = self.lstm(obs, plot)
        return self.pi(y), self.v(y).squeeze(-1), plot


class Bridge:
    """A captain who sails: net plus the plot of the present voyage."""

    def __init__(self, net):
        self.net = net
        self.plot = None
        self.orders = None

    def post_orders(self, weights):
        self.orders = weights

    def leave_port(self):
        if self.orders is not None:
            self.net.load_state_dict(self.orders)
            self.orders = None
        self.plot = None

    @torch.no_grad()
    def steer(self, obs):
        logits, _, self.plot = self.net(torch.from_numpy(obs).view(1, 1, -1), self.plot)
        return int(torch.distributions.Categorical(logits=logits[0, 0]).sample())
