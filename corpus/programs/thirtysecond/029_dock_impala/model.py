import torch
from torch import nn


class DockNet(nn.Module):
    """IMPALA style net: small torso, one recurrent core, policy logits and a baseline."""

    def __init__(self, obs_size, num_actions, core_size=64):
        super().__init__()
        self.core_size = core_size
        self.torso = nn.Sequential(nn.Linear(obs_size, core_size), nn.ReLU())
        self.core = nn.LSTMCell(core_size, core_size)
        self.logits = nn.Linear(core_size, num_actions)
        self.baseline = nn.Linear(core_size, 1)

    def initial_state(self, batch):
        return tuple(torch.zeros(batch, self.core_size) for _ in range(2))

    def forward(self, obs, not_first, core_state):
        outs = []
        for x, keep in zip(self.torso(obs).unbind(0), not_first.unbind(0)):
            core_state = tuple(keep.unsqueeze(-1) * s for s in core_state)
            core_state = self.core(x, core_state)
            outs.append(core_state[0])
        y = torch.stack(outs)
        return self.logits(y), self.baseline(y).squeeze(-1), core_state
