import torch
from torch import nn
from torch.distributions import Independent, Normal


class PegPolicy(nn.Module):
    def __init__(self, obs_dim, act_dim, size=128):
        super().__init__()
        self.size = size
        self.body = nn.Sequential(nn.Linear(obs_dim, size), nn.ELU())
        self.core = nn.LSTM(size, size)
        self.mu = nn.Linear(size, act_dim)
        self.logstd = nn.Parameter(torch.zeros(act_dim) - 0.5)
        self.baseline = nn.Linear(size, 1)

    def start(self, n):
        return tuple(torch.zeros(1, n, self.size) for _ in range(2))

    def forward(self, obs, done, core_state):
        # obs (T, B, D), done (T, B): True where obs is the first of an episode
        x = self.body(obs)
        outs = []
        for inp, nd in zip(x, (~done).float()):
            nd = nd.view(1, -1, 1)
            core_state = tuple(nd * s for s in core_state)
            y, core_state = self.core(inp.unsqueeze(0), core_state)
            outs.append(y)
        y = torch.cat(outs)
        return Independent(Normal(self.mu(y), self.logstd.exp()), 1), self.baseline(y).squeeze(-1), core_state
