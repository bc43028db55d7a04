import torch
from torch import nn


def ortho(layer, gain=2**0.5):
    nn.init.orthogonal_(layer.weight, gain)
    nn.init.zeros_(layer.bias)
    return layer


class DuelNet(nn.Module):
    """`start` is 1 where an episode (or a new opponent) begins: the state is cleared there before the LSTM sees it."""

    def __init__(self, obs_dim, n_act, width=128):
        super().__init__()
        self.trunk = nn.Sequential(ortho(nn.Linear(obs_dim, width)), nn.Tanh())
        self.lstm = nn.LSTMCell(width, width)
        self.pi = ortho(nn.Linear(width, n_act), 0.01)
        self.v = ortho(nn.Linear(width, 1), 1.0)
        self.width = width

    def zero(self, n):
        return torch.zeros(n, self.width), torch.zeros(n, self.width)

    def forward(self, obs, state, start):
        keep = (1.0 - start).unsqueeze(-1)
        state = self.lstm(self.trunk(obs), (state[0] * keep, state[1] * keep))
        return torch.distributions.Categorical(logits=self.pi(state[0])), self.v(state[0]).squeeze(-1), state
