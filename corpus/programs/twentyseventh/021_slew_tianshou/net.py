import torch
from torch import nn


class SlewNet(nn.Module):
    """Q net for DQNPolicy. Obs come as [bsz, dim] when acting and [bsz, len, dim] when learning."""

    def __init__(self, obs_dim, n_act, hidden=64, device="cpu"):
        super().__init__()
        self.device = device
        self.fc1 = nn.Linear(obs_dim, hidden)
        self.rnn = nn.LSTM(hidden, hidden, batch_first=True)
        self.fc2 = nn.Linear(hidden, n_act)

    def forward(self, obs, state=None, info={}):
        obs = torch.as_tensor(obs, device=self.device, dtype=torch.float32)
        if obs.dim() == 2:
            obs = obs.unsqueeze(1)
        x = torch.relu(self.fc1(obs))
        if state is None:
            x, (h, c) = self.rnn(x)
        else:
            # tianshou keeps the batch in front
            h = state["hidden"].transpose(0, 1).contiguous()
            c = state["cell"].transpose(0, 1).contiguous()
            x, (h, c) = self.rnn(x, (h, c))
        q = self.fc2(x[:, -1])
        return q, {"hidden": h.transpose(0, 1).detach(), "cell": c.transpose(0, 1).detach()}
