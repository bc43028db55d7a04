import torch
import torch.nn as nn

N_FEATURES = 6
SHARES = [0.005, 0.01, 0.02, 0.04, 0.08, 0.15]


class ClockPolicy(nn.Module):
    """Picks the share of the remaining time to spend on the next move."""

    def __init__(self, hidden_size: int = 64):
        super().__init__()
        self.hidden_size = hidden_size
        self.encoder = nn.Linear(N_FEATURES, hidden_size)
        self.cell = nn.LSTMCell(hidden_size, hidden_size)
        self.logits = nn.Linear(hidden_size, len(SHARES))

    def forward(self, x, state):
        h, c = self.cell(torch.relu(self.encoder(x)), state)
        return self.logits(h), (h, c)

    def zero_state(self):
        return torch.zeros(1, self.hidden_size), torch.zeros(1, self.hidden_size)
