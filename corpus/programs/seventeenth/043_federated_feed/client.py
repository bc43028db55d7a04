from dataclasses import dataclass, field

import torch
import torch.nn as nn
import torch.nn.functional as F

DIM = 64


class NextItem(nn.Module):
    def __init__(self, n_items):
        super().__init__()
        self.emb = nn.Embedding(n_items, DIM)
        self.cell = nn.GRUCell(DIM, DIM)
        self.bias = nn.Parameter(torch.zeros(n_items))

    def forward(self, item, h):
        h = self.cell(self.emb(item), h)
        return h @ self.emb.weight.T + self.bias, h


@dataclass
class Device:
    uid: int
    net: NextItem
    clicks: "iterator"
    hidden: torch.Tensor = field(default_factory=lambda: torch.zeros(1, DIM))
    log: list = field(default_factory=list)
    last: int = -1

    def install(self, weights, fresh=False):
        self.net.load_state_dict(weights)
        if fresh:
            self.hidden = torch.zeros(1, DIM)
            self.log, self.last = [], -1

    @torch.no_grad()
    def browse(self, n):
        """Serve n clicks of the user, return how many were in the top 20."""
        hits = 0
        for _ in range(n):
            item, session_over = next(self.clicks)
            if self.last >= 0:
                scores, self.hidden = self.net(torch.tensor([self.last]), self.hidden)
                hits += item in scores[0].topk(20).indices.tolist()
            self.log.append((item, session_over))
            self.last = item
            if session_over:
                self.hidden = torch.zeros(1, DIM)
                self.last = -1
        return hits

    def sessions(self):
        out = [[]]
        for item, over in self.log:
            out[-1].append(item)
            if over:
                out.append([])
        return [s for s in out if len(s) > 1]

    def local_update(self, lr=0.05):
        opt = torch.optim.SGD(self.net.parameters(), lr=lr)
        count = 0
        for s in self.sessions():
            h, loss = torch.zeros(1, DIM), 0.0
            for a, b in zip(s[:-1], s[1:]):
                logits, h = self.net(torch.tensor([a]), h)
                loss = loss + F.cross_entropy(logits, torch.tensor([b]))
            opt.zero_grad()
            (loss / (len(s) - 1)).backward()
            opt.step()
            count += len(s) - 1
        self.log = []
        return {k: v.clone() for k, v in self.net.state_dict().items()}, count
