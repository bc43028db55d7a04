import torch
import torch.nn as nn


class ChatPolicy(nn.Module):
    def __init__(self, n_obs, n_acts, size=72):
        super().__init__()
        self.size = size
        self.belief = nn.GRUCell(n_obs, size)
        self.actor = nn.Linear(size, n_acts)
        self.critic = nn.Linear(size, 1)

    def empty_belief(self):
        return torch.zeros(1, self.size)

    def forward(self, frame, belief):
        belief = self.belief(frame, belief)
        return torch.distributions.Categorical(logits=self.actor(belief)), self.critic(belief)[:, 0], belief
