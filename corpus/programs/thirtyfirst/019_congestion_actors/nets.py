import torch
from torch import nn

from link import BottleneckLink


class FlowNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(BottleneckLink.OBS, hidden)
        self.core = nn.LSTM(hidden, hidden)
        self.policy = nn.Linear(hidden, BottleneckLink.ACTIONS)
        self.baseline = nn.Linear(hidden, 1)

    def initial_state(self, batch_size=1):
        return tuple(torch.zeros(1, batch_size, self.hidden) for _ in range(2))

    def forward(self, obs, done, core_state):
        """obs (T, B, d); done (T, B) true where obs is the first of a flow"""
        x = torch.relu(self.inp(obs))
        outs = []
        for x_t, nd in zip(x, (~done).float()):
            nd = nd.view(1, -1, 1)
            core_state = tuple(nd * s for s in core_state)
            y, core_state = self.core(x_t.unsqueeze(0), core_state)
            outs.append(y)
        y = torch.cat(outs)
        return self.policy(y), self.baseline(y).squeeze(-1), core_state
