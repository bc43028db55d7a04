import torch
import torch.nn as nn


class MineQNet(nn.Module):
    """Looks at the board through a small window that is moved about, so it has to remember."""

    def __init__(self, window=5, n_actions=6, rnn_size=128):
        super().__init__()
        self.rnn_size = rnn_size
        self.features = nn.Sequential(
            nn.Conv2d(11, 32, 3), nn.ReLU(), nn.Flatten(), nn.Linear(32 * (window - 2) ** 2, rnn_size), nn.ReLU()
        )
        self.rnn = nn.GRUCell(rnn_size, rnn_size)
        self.q = nn.Linear(rnn_size, n_actions)

    def init_hidden(self, n=1):
        return torch.zeros(n, self.rnn_size)

    def forward(self, x, hidden):
        hidden = self.rnn(self.features(x), hidden)
        return self.q(hidden), hidden
