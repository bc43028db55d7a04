import torch
import torch.nn as nn


class CrowdNet(nn.Module):
    def __init__(self, obs_size, n_actions, hidden=64):
        super().__init__()
        self.hidden_size = hidden
        self.body = nn.Sequential(nn.Linear(obs_size, hidden), nn.ReLU())
        self.memory = nn.GRU(hidden, hidden)
        self.actor = nn.Linear(hidden, n_actions)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, obs, h):
        # obs: T x B x obs_size, h: 1 x B x hidden
        y, h = self.memory(self.body(obs), h)
        return self.actor(y), self.critic(y).squeeze(-1), h


class Agent:
    def __init__(self, name, obs_size, n_actions, lr):
        self.name = name
        self.net = CrowdNet(obs_size, n_actions)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.score = 0.0

    def get_weights(self):
        return {k: v.detach().cpu().clone() for k, v in self.net.state_dict().items()}

    def update(self, batch):
        """One pass of A2C over a fragment, cut into pieces wherever a rush hour ended."""
        loss, start = 0.0, 0
        h = batch["h0"]
        n = len(batch["actions"])
        for t in range(n):
            if not (batch["dones"][t] or t == n - 1):
                continue
            sl = slice(start, t + 1)
            logits, values, h = self.net(batch["obs"][sl], h)
            dist = torch.distributions.Categorical(logits=logits.squeeze(1))
            adv = batch["returns"][sl] - values.squeeze(1)
            loss = loss - (dist.log_prob(batch["actions"][sl]) * adv.detach()).sum()
            loss = loss + 0.5 * adv.pow(2).sum() - 0.01 * dist.entropy().sum()
            start = t + 1
            h = torch.zeros_like(h)
        self.opt.zero_grad()
        (loss / n).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.score = 0.95 * self.score + 0.05 * float(batch["rewards"].mean())
