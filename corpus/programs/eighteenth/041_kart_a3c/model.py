import torch
import torch.nn as nn
import torch.nn.functional as F


class ActorCritic(nn.Module):
    def __init__(self, inputs=7, actions=9, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(inputs, 64)
        self.lstm = nn.LSTMCell(64, hidden)
        self.actor = nn.Linear(hidden, actions)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, inputs):
        x, (hx, cx) = inputs
        hx, cx = self.lstm(F.elu(self.fc(x)), (hx, cx))
        return self.critic(hx), self.actor(hx), (hx, cx)


class SharedAdam(torch.optim.Adam):
    def __init__(self, params, lr=1e-4):
        super().__init__(params, lr=lr)
        for group in self.param_groups:
            for p in group["params"]:
                st = self.state[p]
                st["step"] = torch.zeros(1).share_memory_()
                st["exp_avg"] = torch.zeros_like(p).share_memory_()
                st["exp_avg_sq"] = torch.zeros_like(p).share_memory_()
