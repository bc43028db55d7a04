import torch
import torch.nn as nn


class YawPolicy(nn.Module):
    """One GRU per turbine with shared weights, keeps its own hidden state between calls."""

    def __init__(self, n_feat, n_hidden=64, n_actions=3):
        super().__init__()
        self.n_hidden = n_hidden
        self.embed = nn.Linear(n_feat, n_hidden)
        self.gru = nn.GRUCell(n_hidden, n_hidden)
        self.pi = nn.Linear(n_hidden, n_actions)
        self.v = nn.Linear(n_hidden, 1)
        self.hidden = None

    def reset_hidden(self, n):
        self.hidden = torch.zeros(n, self.n_hidden)

    def detach_hidden(self):
        self.hidden = self.hidden.detach()

    def forward(self, x):
        self.hidden = self.gru(torch.relu(self.embed(x)), self.hidden)
        return torch.distributions.Categorical(logits=self.pi(self.hidden)), self.v(self.hidden).squeeze(-1)


class EMA:
    def __init__(self, model, decay=0.995):
        self.model, self.decay = model, decay
        self.shadow = {n: p.detach().clone() for n, p in model.named_parameters()}
        self.backup = {}

    @torch.no_grad()
    def update(self):
        for n, p in self.model.named_parameters():
            self.shadow[n].mul_(self.decay).add_(p, alpha=1 - self.decay)

    @torch.no_grad()
    def apply_shadow(self):
        for n, p in self.model.named_parameters():
            self.backup[n] = p.detach().clone()
            p.copy_(self.shadow[n])

    @torch.no_grad()
    def restore(self):
        for n, p in self.model.named_parameters():
            p.copy_(self.backup[n])
        self.backup = {}
