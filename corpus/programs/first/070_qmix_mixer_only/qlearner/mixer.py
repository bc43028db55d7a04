import torch
import torch.nn as nn
import torch.nn.functional as F


class QMixer(nn.Module):
    def __init__(self, n_agents, state_dim, embed=32):
        super().__init__()
        self.n, self.s, self.e = n_agents, state_dim, embed
        self.w1 = nn.Linear(state_dim, embed * n_agents)
        self.b1 = nn.Linear(state_dim, embed)
        self.w2 = nn.Linear(state_dim, embed)
        self.v = nn.Sequential(nn.Linear(state_dim, embed), nn.ReLU(), nn.Linear(embed, 1))

    def forward(self, q, s):
        b = q.shape[0]
        q, s = q.reshape(-1, 1, self.n), s.reshape(-1, self.s)
        h = F.elu(torch.bmm(q, self.w1(s).abs().view(-1, self.n, self.e)) + self.b1(s).view(-1, 1, self.e))
        y = torch.bmm(h, self.w2(s).abs().view(-1, self.e, 1)) + self.v(s).view(-1, 1, 1)
        return y.view(b, -1, 1)
