import torch
from torch import nn


class CueNet(nn.Module):
    def __init__(self, obs_dim, hidden, n_actions):
        super().__init__()
        self.hidden = hidden
        self.pre = nn.Linear(obs_dim, hidden)
        self.cell = nn.LSTMCell(hidden, hidden)
        self.head = nn.Linear(hidden, n_actions)

    def forward(self, x, hc):
        h, c = self.cell(torch.relu(self.pre(x)), hc)
        return self.head(h), (h, c)


class ViewerAgent:
    """Plays whatever the trainer wrote last."""

    def __init__(self, cfg, shelf, obs_dim, n_actions):
        self.cfg = cfg
        self.shelf = shelf
        self.net = CueNet(obs_dim, cfg.hidden, n_actions).eval()
        self.hc = None
        self.loaded = None
        self.new_episode()

    def new_episode(self):
        zero = torch.zeros(1, self.cfg.hidden)
        self.hc = (zero, zero.clone())

    def refresh(self):
        """Picks up the newest file; True when the weights changed."""
        newest = self.shelf.latest()
        if newest is None or newest == self.loaded:
            return False
        try:
            blob = torch.load(newest, map_location="cpu")
        except (EOFError, RuntimeError):
            return False
        self.net.load_state_dict(blob["model"])
        self.loaded = newest
        return True

    @torch.no_grad()
    def act(self, obs):
        logits, self.hc = self.net(torch.as_tensor(obs).unsqueeze(0), self.hc)
        if self.cfg.greedy:
            return int(logits.argmax(-1))
        return int(torch.distributions.Categorical(logits=logits).sample())
