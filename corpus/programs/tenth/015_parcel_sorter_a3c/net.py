import torch
import torch.nn as nn


class SorterNet(nn.Module):
    def __init__(self, inputs=5, hidden=64, flaps=4):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(inputs, hidden)
        self.gru = nn.GRUCell(hidden, hidden)
        self.policy = nn.Linear(hidden, flaps)
        self.value = nn.Linear(hidden, 1)

    def forward(self, x, h):
        h = self.gru(torch.relu(self.fc(x)), h)
        return self.policy(h), self.value(h), h


class SharedAdam(torch.optim.Adam):
    def __init__(self, params, lr):
        super().__init__(params, lr=lr)
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                state["step"] = torch.zeros(1).share_memory_()
                state["exp_avg"] = torch.zeros_like(p.data).share_memory_()
                state["exp_avg_sq"] = torch.zeros_like(p.data).share_memory_()
