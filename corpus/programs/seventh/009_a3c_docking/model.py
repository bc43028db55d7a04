import torch
import torch.nn as nn
import torch.nn.functional as F


class DockingNet(nn.Module):
    def __init__(self, n_inputs, n_actions):
        super().__init__()
        self.fc1 = nn.Linear(n_inputs, 128)
        self.fc2 = nn.Linear(128, 128)
        self.lstm = nn.LSTMCell(128, 128)
        self.critic_linear = nn.Linear(128, 1)
        self.actor_linear = nn.Linear(128, n_actions)

    def forward(self, x, hx, cx):
        x = F.elu(self.fc1(x))
        x = F.elu(self.fc2(x))
        hx, cx = self.lstm(x, (hx, cx))
        return self.critic_linear(hx), self.actor_linear(hx), hx, cx


class SharedAdam(torch.optim.Adam):
    def __init__(self, params, lr=1e-4):
        super().__init__(params, lr=lr)
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                state["step"] = torch.zeros(1)
                state["exp_avg"] = torch.zeros_like(p.data)
                state["exp_avg_sq"] = torch.zeros_like(p.data)

    def share_memory(self):
        for group in self.param_groups:
            for p in group["params"]:
                for tensor in self.state[p].values():
                    tensor.share_memory_()
