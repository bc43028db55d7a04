import torch
import torch.nn as nn


class CatchNet(nn.Module):
    def __init__(self, units=64):
        super().__init__()
        self.units = units
        self.inp = nn.Linear(4, units)
        self.core = nn.GRUCell(units, units)
        self.policy = nn.Linear(units, 3)
        self.baseline = nn.Linear(units, 1)

    def initial_state(self, n):
        return torch.zeros(n, self.units)

    def forward(self, obs, state):
        state = self.core(torch.relu(self.inp(obs)), state)
        return self.policy(state), self.baseline(state).squeeze(-1), state

    def get_weights(self):
        return {k: v.detach().cpu().numpy() for k, v in self.state_dict().items()}

    def set_weights(self, weights):
        self.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in weights.items()})
