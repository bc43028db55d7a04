import torch
import torch.nn as nn
import torch.nn.functional as F


class AgentNet(nn.Module):
    """Shared utility network of the agents."""

    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.fc1 = nn.Linear(obs_dim, hidden)
        self.rnn = nn.GRUCell(hidden, hidden)
        self.fc2 = nn.Linear(hidden, n_actions)

    def init_hidden(self, n):
        return torch.zeros(n, self.hidden)

    def forward(self, obs, hidden):
        hidden = self.rnn(F.relu(self.fc1(obs)), hidden)
        return self.fc2(hidden), hidden


class Mixer(nn.Module):
    def __init__(self, n_agents, state_dim, embed=32):
        super().__init__()
        self.n_agents, self.embed = n_agents, embed
        self.w1 = nn.Linear(state_dim, n_agents * embed)
        self.b1 = nn.Linear(state_dim, embed)
        self.w2 = nn.Linear(state_dim, embed)
        self.b2 = nn.Sequential(nn.Linear(state_dim, embed), nn.ReLU(), nn.Linear(embed, 1))

    def forward(self, qs, state):
        w1 = self.w1(state).abs().view(-1, self.n_agents, self.embed)
        hidden = F.elu(torch.bmm(qs.unsqueeze(1), w1).squeeze(1) + self.b1(state))
        w2 = self.w2(state).abs()
        return (hidden * w2).sum(-1) + self.b2(state).squeeze(-1)
