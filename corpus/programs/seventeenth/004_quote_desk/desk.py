import collections

import torch
import torch.nn as nn
import torch.nn.functional as F


class MidForecaster(nn.Module):
    def __init__(self, features=8, hidden=48):
        super().__init__()
        self.rnn = nn.GRU(features, hidden, num_layers=2, batch_first=True)
        self.out = nn.Linear(hidden, 2)

    def forward(self, x, h=None):
        y, h = self.rnn(x, h)
        return self.out(y), h


class Committee:
    """K forecasters that run tick by tick; the worst one is re-seeded from the best one."""

    def __init__(self, k=5, jitter=0.01):
        self.nets = [MidForecaster() for _ in range(k)]
        self.opts = [torch.optim.Adam(n.parameters(), lr=1e-3) for n in self.nets]
        self.hidden = [None] * k
        self.err = [collections.deque(maxlen=2000) for _ in range(k)]
        self.jitter = jitter

    @torch.no_grad()
    def quote_params(self, tick):
        x = tick.view(1, 1, -1)
        preds = []
        for i, net in enumerate(self.nets):
            y, self.hidden[i] = net(x, self.hidden[i])
            preds.append(y[0, -1])
        preds = torch.stack(preds)
        for i, p in enumerate(preds):
            self.err[i].append(p[0].item())
        return preds[:, 0].mean().item(), F.softplus(preds[:, 1]).mean().item()

    def score(self, realised):
        return [sum(abs(e - realised) for e in dq) / max(1, len(dq)) for dq in self.err]

    def fit(self, window, target):
        """One pass over the last hour, every member on its own bootstrap sample."""
        n = window.shape[0]
        for net, opt in zip(self.nets, self.opts):
            idx = torch.randint(n, (n,))
            y, _ = net(window[idx])
            mu, log_s = y[..., 0], y[..., 1]
            loss = (0.5 * ((target[idx] - mu) / F.softplus(log_s).add(1e-3)) ** 2
                    + F.softplus(log_s).add(1e-3).log()).mean()
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            opt.step()

    def reseed(self, realised, flat):
        scores = self.score(realised)
        best = min(range(len(scores)), key=scores.__getitem__)
        worst = max(range(len(scores)), key=scores.__getitem__)
        if scores[worst] < 1.25 * scores[best]:
            return None
        self.nets[worst].load_state_dict(self.nets[best].state_dict())
        with torch.no_grad():
            for p in self.nets[worst].parameters():
                p.add_(self.jitter * torch.randn_like(p))
        self.err[worst].clear()
        if flat:
            self.hidden[worst] = None
        return worst, best

    def new_session(self):
        self.hidden = [None] * len(self.nets)
