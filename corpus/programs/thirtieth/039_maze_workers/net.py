import torch
import torch.nn as nn


class MazeNet(nn.Module):
    def __init__(self, n_core=32):
        super().__init__()
        self.n_core = n_core
        self.emb = nn.Linear(4, 32)
        self.core = nn.LSTMCell(32, n_core)
        self.policy = nn.Linear(n_core, 3)
        self.value = nn.Linear(n_core, 1)

    def begin(self):
        return torch.zeros(1, self.n_core), torch.zeros(1, self.n_core)

    def forward(self, view, core):
        x = torch.relu(self.emb(torch.from_numpy(view).unsqueeze(0)))
        core = self.core(x, core)
        return self.policy(core[0]), self.value(core[0])[0, 0], core
