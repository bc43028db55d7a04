import torch
import torch.nn as nn
from torch.distributions import Categorical


class FencerNet(nn.Module):
    def __init__(self, obs_dim, n_actions, width=64):
        super().__init__()
        self.width = width
        self.inp = nn.Linear(obs_dim, width)
        self.cell = nn.LSTMCell(width, width)
        self.pi = nn.Linear(width, n_actions)

    def forward(self, obs, hc):
        h, c = self.cell(torch.relu(self.inp(obs)), hc)
        return self.pi(h), (h, c)

    def blank(self):
        return torch.zeros(1, self.width), torch.zeros(1, self.width)


class Learner:
    def __init__(self, obs_dim, n_actions, lr):
        self.net = FencerNet(obs_dim, n_actions)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.new_bout()

    def new_bout(self):
        self.hc = self.net.blank()
        self.logps, self.rewards = [], []

    def act(self, obs):
        logits, self.hc = self.net(torch.from_numpy(obs)[None], self.hc)
        dist = Categorical(logits=logits)
        a = dist.sample()
        self.logps.append(dist.log_prob(a))
        return int(a)

    def finish(self, gamma):
        ret, returns = 0.0, []
        for r in reversed(self.rewards):
            ret = r + gamma * ret
            returns.append(ret)
        returns = torch.tensor(returns[::-1])
        returns = (returns - returns.mean()) / (returns.std() + 1e-6)
        loss = -(torch.cat(self.logps) * returns).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        return loss.item()


class Rival:
    """Past version of the learner on the other end of the piste."""

    def __init__(self, obs_dim, n_actions):
        self.net = FencerNet(obs_dim, n_actions).eval()
        self.hc = self.net.blank()

    def new_bout(self):
        self.hc = self.net.blank()

    def take_weights(self, weights):
        self.net.load_state_dict(weights)

    @torch.no_grad()
    def act(self, obs):
        logits, self.hc = self.net(torch.from_numpy(obs)[None], self.hc)
        return int(Categorical(logits=logits).sample())
