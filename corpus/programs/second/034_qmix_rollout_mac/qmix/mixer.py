import torch
import torch.nn.functional as F
from torch import nn


class QMixer(nn.Module):
    def __init__(self, n_agents, state_dim, embed=32):
        super().__init__()
        self.n_agents, self.embed = n_agents, embed
        self.w1 = nn.Linear(state_dim, n_agents * embed)
        self.b1 = nn.Linear(state_dim, embed)
        self.w2 = nn.Linear(state_dim, embed)
        self.b2 = nn.Sequential(nn.Linear(state_dim, embed), nn.ReLU(), nn.Linear(embed, 1))

    def forward(self, qs, state):
        w1 = self.w1(state).abs().view(-1, self.n_agents, self.embed)
        h = F.elu(torch.bmm(qs.reshape(-1, 1, self.n_agents), w1).squeeze(1) + self.b1(state).view(-1, self.embed))
        w2 = self.w2(state).abs().view(-1, self.embed)
        return ((h * w2).sum(-1) + self.b2(state).view(-1)).view(qs.shape[:-1])
