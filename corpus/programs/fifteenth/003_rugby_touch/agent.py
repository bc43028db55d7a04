import os

import torch
import torch.nn as nn


class PlayNet(nn.Module):
    def __init__(self, n_in, n_plays, hidden=96):
        super().__init__()
        self.rnn = nn.LSTM(n_in, hidden, batch_first=True)
        self.head = nn.Linear(hidden, n_plays)

    def forward(self, x, state=None):
        y, state = self.rnn(x, state)
        return self.head(y[:, -1]), state


class PlayCaller:
    """Calls the next play (pick and go, kick, wide, maul ...) from what the spotter tags."""

    def __init__(self, n_in=14, n_plays=7, temperature=0.7):
        self.net = PlayNet(n_in, n_plays).eval()
        self.temperature = temperature
        self.state = None
        self.loaded_at = 0.0

    def kick_off(self):
        self.state = None

    def save(self, path):
        torch.save({"net": self.net.state_dict(), "temperature": self.temperature}, path)

    def load(self, path, kick_off=False):
        blob = torch.load(path, map_location="cpu")
        self.net.load_state_dict(blob["net"])
        self.temperature = blob["temperature"]
        self.loaded_at = os.path.getmtime(path)
        if kick_off:
            self.kick_off()

    def is_news(self, path):
        return os.path.exists(path) and os.path.getmtime(path) > self.loaded_at

    @torch.no_grad()
    def call(self, features):
        x = torch.tensor(features, dtype=torch.float32).view(1, 1, -1)
        logits, self.state = self.net(x, self.state)
        probs = torch.softmax(logits / self.temperature, -1)
        return int(torch.multinomial(probs, 1))
