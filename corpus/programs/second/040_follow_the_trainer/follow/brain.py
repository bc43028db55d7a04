import torch
from torch import nn


class Brain(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Linear(obs_dim, hidden)
        self.gru = nn.GRU(hidden, hidden)
        self.dec = nn.Linear(hidden, n_actions)

    def forward(self, x, h):
        y, h = self.gru(torch.relu(self.enc(x)).view(1, 1, -1), h)
        return self.dec(y).view(-1), h


class Follower:
    def __init__(self, store, obs_dim, n_actions):
        self.store = store
        self.brain = Brain(obs_dim, n_actions).eval()
        self.version = None
        self.h = None
        self.clear()

    def clear(self):
        self.h = torch.zeros(1, 1, self.brain.hidden)

    def catch_up(self):
        latest = self.store.latest()
        if latest is None or latest == self.version:
            return False
        blob = torch.load(latest, map_location="cpu")
        self.brain.load_state_dict(blob["brain"])
        self.version = latest
        return True

    @torch.no_grad()
    def act(self, obs, temperature=1.0):
        logits, self.h = self.brain(torch.as_tensor(obs), self.h)
        if temperature == 0.0:
            return int(logits.argmax())
        return int(torch.distributions.Categorical(logits=logits / temperature).sample())
