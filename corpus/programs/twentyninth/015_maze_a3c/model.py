import torch
import torch.nn as nn
import torch.nn.functional as F


class ActorCritic(nn.Module):
    def __init__(self, view=5, n_actions=4):
        super(ActorCritic, self).__init__()
        self.conv = nn.Conv2d(2, 16, 3, padding=1)
        self.lstm = nn.LSTMCell(16 * view * view, 128)
        self.critic_linear = nn.Linear(128, 1)
        self.actor_linear = nn.Linear(128, n_actions)

    def forward(self, inputs):
        x, (hx, cx) = inputs
        x = F.elu(self.conv(x))
        x = x.view(x.size(0), -1)
        hx, cx = self.lstm(x, (hx, cx))
        return self.critic_linear(hx), self.actor_linear(hx), (hx, cx)


def ensure_shared_grads(model, shared_model):
    for param, shared_param in zip(model.parameters(), shared_model.parameters()):
        if shared_param.grad is not None:
            return
        shared_param._grad = param.grad


def blank():
    return torch.zeros(1, 128), torch.zeros(1, 128)
