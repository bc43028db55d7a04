import torch
import torch.nn as nn
import torch.nn.functional as F


class SignalNet(nn.Module):
    def __init__(self, n_obs, n_act, size=64):
        super().__init__()
        self.size = size
        self.fc = nn.Linear(n_obs, size)
        self.lstm = nn.LSTMCell(size, size)
        self.actor = nn.Linear(size, n_act)
        self.critic = nn.Linear(size, 1)
        nn.init.constant_(self.lstm.bias_ih, 0)
        nn.init.constant_(self.lstm.bias_hh, 0)

    def forward(self, x, carried):
        hx, cx = self.lstm(F.elu(self.fc(x)), carried)
        return self.actor(hx), self.critic(hx), (hx, cx)

    def start(self):
        return torch.zeros(1, self.size), torch.zeros(1, self.size)


class SharedAdam(torch.optim.Adam):
    def __init__(self, params, lr):
        super().__init__(params, lr=lr)
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["step"] = torch.zeros(1).share_memory_()
                self.state[p]["exp_avg"] = torch.zeros_like(p).share_memory_()
                self.state[p]["exp_avg_sq"] = torch.zeros_like(p).share_memory_()
