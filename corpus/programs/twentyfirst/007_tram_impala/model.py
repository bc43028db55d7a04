import torch
import torch.nn as nn


class JunctionNet(nn.Module):
    """Tram junction: detector occupancy in, signal phase out."""

    def __init__(self, n_det=24, n_phase=6, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(n_det, hidden)
        self.lstm = nn.LSTM(hidden, hidden)
        self.phase = nn.Linear(hidden, n_phase)
        self.value = nn.Linear(hidden, 1)

    def initial(self, batch=1):
        return torch.zeros(1, batch, self.hidden), torch.zeros(1, batch, self.hidden)

    def forward(self, obs, done, state):
        """obs [T,B,n], done [T,B] (true where the step begins an episode)"""
        x = torch.relu(self.fc(obs))
        out = []
        for xt, nd in zip(x, (~done).float()):
            nd = nd.view(1, -1, 1)
            state = tuple(nd * s for s in state)
            y, state = self.lstm(xt.unsqueeze(0), state)
            out.append(y)
        y = torch.cat(out)
        return self.phase(y), self.value(y).squeeze(-1), state
