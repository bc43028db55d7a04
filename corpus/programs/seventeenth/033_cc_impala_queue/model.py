import torch
import torch.nn as nn
import torch.nn.functional as F

RATES = torch.tensor([0.5, 0.8, 1.0, 1.1, 1.5])


class RateNet(nn.Module):
    """Sees RTT gradient, loss and throughput of one monitor interval, picks a rate multiplier."""

    def __init__(self, n_in=4, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(n_in, hidden)
        self.core = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, len(RATES))
        self.v = nn.Linear(hidden, 1)

    def initial(self, batch=1):
        return torch.zeros(batch, self.hidden), torch.zeros(batch, self.hidden)

    def forward(self, x, state):
        state = self.core(F.relu(self.fc(x)), state)
        return self.pi(state[0]), self.v(state[0]).squeeze(-1), state

    def unroll(self, xs, dones, state):
        logits, values = [], []
        for x, d in zip(xs, dones):
            keep = (1.0 - d).unsqueeze(-1)
            state = (state[0] * keep, state[1] * keep)
            lo, va, state = self(x, state)
            logits.append(lo)
            values.append(va)
        return torch.stack(logits), torch.stack(values)
