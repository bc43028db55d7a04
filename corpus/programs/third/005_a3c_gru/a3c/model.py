import torch
import torch.nn as nn
import torch.nn.functional as F


def norm_col_init(w, std=1.0):
    x = torch.randn(w.size())
    return x * std / x.pow(2).sum(1, keepdim=True).sqrt()


class ActorCritic(nn.Module):
    def __init__(self, num_inputs, num_actions):
        super().__init__()
        self.fc = nn.Linear(num_inputs, 128)
        self.lstm = nn.LSTMCell(128, 128)
        self.actor_linear = nn.Linear(128, num_actions)
        self.critic_linear = nn.Linear(128, 1)
        self.actor_linear.weight.data = norm_col_init(self.actor_linear.weight.data, 0.01)
        self.critic_linear.weight.data = norm_col_init(self.critic_linear.weight.data, 1.0)
        self.train()

    def forward(self, inputs):
        x, (hx, cx) = inputs
        x = F.elu(self.fc(x))
        hx, cx = self.lstm(x, (hx, cx))
        return self.critic_linear(hx), self.actor_linear(hx), (hx, cx)
