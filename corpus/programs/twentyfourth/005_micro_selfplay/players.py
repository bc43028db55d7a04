import random
from pathlib import Path

import torch
from torch import nn


class SquadNet(nn.Module):
    def __init__(self, n_in=14, n_out=4, size=80):
        super().__init__()
        self.size = size
        self.embed = nn.Sequential(nn.Linear(n_in, size), nn.Tanh())
        self.mem = nn.GRUCell(size, size)
        self.actor = nn.Linear(size, n_out)
        self.critic = nn.Linear(size, 1)

    def forward(self, x, h):
        h = self.mem(self.embed(x), h)
        return self.actor(h), self.critic(h)[..., 0], h


class PoolOpponent:
    def __init__(self, pool_dir):
        self.pool = Path(pool_dir)
        self.net = SquadNet().eval()
        self.h = None

    def new_game(self):
        self.h = torch.zeros(1, self.net.size)

    def draw(self):
        files = sorted(self.pool.glob("gen_*.pt"))
        if not files:
            return
        pick = random.choice(files[-20:])
        self.net.load_state_dict(torch.load(pick, map_location="cpu"))

    @torch.no_grad()
    def act(self, view):
        logits, _, self.h = self.net(torch.tensor([view]), self.h)
        return int(torch.distributions.Categorical(logits=logits).sample())
