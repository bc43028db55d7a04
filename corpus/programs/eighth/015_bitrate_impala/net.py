import torch
from torch import nn


class AbrNet(nn.Module):
    def __init__(self, obs_dim=4, n_actions=6, core=128):
        super().__init__()
        self.core_size = core
        self.embed = nn.Sequential(nn.Linear(obs_dim, core), nn.ReLU())
        self.core = nn.LSTM(core, core)
        self.policy = nn.Linear(core, n_actions)
        self.baseline = nn.Linear(core, 1)

    def initial_state(self, batch_size):
        return tuple(torch.zeros(1, batch_size, self.core_size) for _ in range(2))

    def forward(self, obs, done, core_state):
        """obs: [T, B, D], done: [T, B], true where a new session begins."""
        emb = self.embed(obs)
        outs = []
        for x, nd in zip(emb.unbind(), (~done).float().unbind()):
            nd = nd.view(1, -1, 1)
            core_state = tuple(nd * s for s in core_state)
            out, core_state = self.core(x.unsqueeze(0), core_state)
            outs.append(out)
        out = torch.cat(outs)
        return self.policy(out), self.baseline(out).squeeze(-1), core_state
