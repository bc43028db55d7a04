import torch
import torch.nn as nn
import torch.nn.functional as F


class ActorCritic(nn.Module):
    def __init__(self, num_inputs, num_actions, size=64):
        super().__init__()
        self.size = size
        self.fc = nn.Linear(num_inputs, size)
        self.lstm = nn.LSTMCell(size, size)
        self.actor = nn.Linear(size, num_actions)
        self.critic = nn.Linear(size, 1)

    def forward(self, x, hx, cx):
        x = F.elu(self.fc(x))
        hx, cx = self.lstm(x, (hx, cx))
        return self.actor(hx), self.critic(hx), hx, cx

    def zeros(self):
        return torch.zeros(1, self.size), torch.zeros(1, self.size)


def get_weights(net):
    return {k: v.detach().numpy().copy() for k, v in net.state_dict().items()}


def set_weights(net, arrays):
    net.load_state_dict({k: torch.from_numpy(v) for k, v in arrays.items()})
