import torch
from torch import nn


class LiftNet(nn.Module):
    def __init__(self, n_obs, n_act, size=96):
        super().__init__()
        self.size = size
        self.fc = nn.Linear(n_obs, size)
        self.gru = nn.GRU(size, size, batch_first=True)
        self.q = nn.Linear(size, n_act)

    def forward(self, obs, mem=None):
        y, mem = self.gru(torch.relu(self.fc(obs)), mem)
        return self.q(y), mem

    def get_weights(self):
        return {k: v.cpu().numpy().copy() for k, v in self.state_dict().items()}

    def set_weights(self, arrays):
        self.load_state_dict({k: torch.from_numpy(a.copy()) for k, a in arrays.items()})
