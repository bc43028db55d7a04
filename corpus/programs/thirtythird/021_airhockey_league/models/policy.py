import torch
import torch.nn as nn


class HockeyPolicy(nn.Module):
    def __init__(self, obs_dim=7, n_actions=5, width=64):
        super().__init__()
        self.width = width
        self.inp = nn.Linear(obs_dim, width)
        self.lstm = nn.LSTMCell(width, width)
        self.pi = nn.Linear(width, n_actions)
        self.v = nn.Linear(width, 1)

    def forward(self, obs, h, c):
        h, c = self.lstm(torch.relu(self.inp(obs)), (h, c))
        return self.pi(h), self.v(h).squeeze(-1), h, c

    def get_weights(self):
        return {k: v.detach().cpu().numpy().copy() for k, v in self.state_dict().items()}

    def set_weights(self, weights):
        self.load_state_dict({k: torch.as_tensor(v) for k, v in weights.items()})
