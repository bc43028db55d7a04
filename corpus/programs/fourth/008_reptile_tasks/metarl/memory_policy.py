import torch
import torch.nn as nn


class MemoryPolicy(nn.Module):
    def __init__(self, n_view: int, n_actions: int, width: int = 64):
        super().__init__()
        self.n_actions = n_actions
        self.lstm = nn.LSTMCell(n_view + n_actions + 1, width)
        self.pi = nn.Linear(width, n_actions)
        self.v = nn.Linear(width, 1)

    def zero_carry(self):
        n = self.lstm.hidden_size
        return torch.zeros(1, n), torch.zeros(1, n)

    def forward(self, view, prev_action, prev_reward, carry):
        one_hot = nn.functional.one_hot(prev_action, self.n_actions).float()
        carry = self.lstm(torch.cat([view, one_hot, prev_reward], dim=-1), carry)
        return self.pi(carry[0]), self.v(carry[0]).squeeze(-1), carry
