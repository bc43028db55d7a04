import copy
import random

import torch
import torch.nn as nn
import torch.nn.functional as F


class Expert(nn.Module):
    """Reads a mailbox as a stream: each mail's features update a GRU memory of that mailbox."""

    def __init__(self, dim, hidden=32):
        super().__init__()
        self.cell = nn.GRUCell(dim, hidden)
        self.out = nn.Linear(hidden, 1)
        self.hidden = hidden

    def forward(self, x, h):
        h = self.cell(x, h)
        return self.out(h).squeeze(-1), h


class ExpertMixture:
    def __init__(self, dim, n_experts, n_boxes, lr=1e-3):
        self.experts = [Expert(dim) for _ in range(n_experts)]
        self.opts = [torch.optim.Adam(e.parameters(), lr) for e in self.experts]
        self.lr = lr
        self.mem = [torch.zeros(n_boxes, e.hidden) for e in self.experts]
        self.loss = torch.full((n_experts,), 0.69)
        self.age = [0] * n_experts

    def weights(self):
        return torch.softmax(-8 * self.loss, 0)

    def score(self, box, x):
        logits = []
        for i, e in enumerate(self.experts):
            logit, h = e(x[None], self.mem[i][[box]])
            self.mem[i][box] = h[0].detach()
            logits.append(logit[0])
        self.logits = torch.stack(logits)
        return (self.weights() * self.logits.detach().sigmoid()).sum().item()

    def feedback(self, spam):
        y = torch.full_like(self.logits, float(spam))
        losses = F.binary_cross_entropy_with_logits(self.logits, y, reduction="none")
        for o in self.opts:
            o.zero_grad()
        losses.sum().backward()
        for o in self.opts:
            o.step()
        self.loss = 0.995 * self.loss + 0.005 * losses.detach()
        self.age = [a + 1 for a in self.age]

    def cull(self, min_age=5000, margin=0.1):
        worst, best = int(self.loss.argmax()), int(self.loss.argmin())
        if self.age[worst] < min_age or self.loss[worst] < self.loss[best] + margin:
            return None
        child = copy.deepcopy(self.experts[best])
        with torch.no_grad():
            for p in child.parameters():
                p.add_(0.02 * torch.randn_like(p))
        self.experts[worst] = child
        self.opts[worst] = torch.optim.Adam(child.parameters(), self.lr * random.choice([0.5, 1, 2]))
        self.loss[worst] = self.loss.mean()
        self.age[worst] = 0
        return worst, best
