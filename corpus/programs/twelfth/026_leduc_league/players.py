import torch
from torch import nn


class PokerGRU(nn.Module):
    def __init__(self, obs_size=36, n_actions=4, hidden=64):
        super().__init__()
        self.fc = nn.Linear(obs_size, hidden)
        self.gru = nn.GRU(hidden, hidden)
        self.head = nn.Linear(hidden, n_actions)

    def forward(self, obs, h=None):
        x = torch.relu(self.fc(obs)).view(1, 1, -1)
        y, h = self.gru(x, h)
        return self.head(y).view(-1), h


class Seat:
    """A player at the table. Remembers the betting of the running hand."""

    def __init__(self, net):
        self.net = net
        self.h = None
        self.logps = []

    def new_hand(self):
        self.h = None
        self.logps = []

    def act(self, obs, mask, learn=False):
        x = torch.as_tensor(obs, dtype=torch.float32)
        with torch.set_grad_enabled(learn):
            logits, self.h = self.net(x, self.h)
        logits = logits.masked_fill(torch.as_tensor(mask) == 0, -1e9)
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        if learn:
            self.logps.append(dist.log_prob(a))
        return a.item()


class LeagueOpponent(Seat):
    def __init__(self, net, sampler):
        super().__init__(net)
        self.sampler = sampler
        self.name = "init"

    def switch(self):
        entry = self.sampler.draw()
        ckpt = torch.load(entry.path, map_location="cpu")
        self.net.load_state_dict(ckpt["net"])
        self.name = entry.name
        self.new_hand()
        return entry
