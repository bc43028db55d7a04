import torch
import torch.nn as nn


class Controller(nn.Module):

    def __init__(self, n_obs=4, n_act=4, width=24):
        super(Controller, self).__init__()
        self.width = width
        self.cell = nn.GRUCell(n_obs, width)
        self.actor = nn.Linear(width, n_act)
        self.critic = nn.Linear(width, 1)
        self.ctx = torch.zeros(1, width)

    def decide(self, obs):
        x = torch.tensor([obs], dtype=torch.float32)
        self.ctx = self.cell(x, self.ctx)
        dist = torch.distributions.Categorical(logits=self.actor(self.ctx))
        return dist, self.critic(self.ctx).squeeze()

    def cut_graph(self):
        self.ctx = self.ctx.detach()
