import copy

import torch
import torch.nn as nn


class LoadNet(nn.Module):
    """Encoder over the last two days, decoder over the next one."""

    def __init__(self, features=6, hidden=96):
        super().__init__()
        self.encoder = nn.GRU(features + 1, hidden, batch_first=True)
        self.decoder = nn.GRUCell(features + 1, hidden)
        self.out = nn.Linear(hidden, 1)

    def forward(self, past, future):
        _, h = self.encoder(past)
        h = h[0]
        y = past[:, -1, :1]
        ys = []
        for t in range(future.shape[1]):
            h = self.decoder(torch.cat([y, future[:, t]], -1), h)
            y = self.out(h)
            ys.append(y)
        return torch.cat(ys, 1)


class Ensemble:
    def __init__(self, n=4, patience=3):
        self.nets = [LoadNet() for _ in range(n)]
        self.patience = patience

    def refit(self, train, valid, epochs=20):
        """train and valid: lists of (past, future, load) batches."""
        for net in self.nets:
            opt = torch.optim.Adam(net.parameters(), lr=1e-3)
            best, keep, bad = float("inf"), None, 0
            for _ in range(epochs):
                net.train()
                for past, future, load in train:
                    loss = nn.functional.l1_loss(net(past, future), load)
                    opt.zero_grad()
                    loss.backward()
                    opt.step()
                score = self.evaluate(net, valid)
                if score < best:
                    best, keep, bad = score, copy.deepcopy(net.state_dict()), 0
                else:
                    bad += 1
                    if bad >= self.patience:
                        break
            if keep is not None:
                net.load_state_dict(keep)

    @torch.no_grad()
    def evaluate(self, net, valid):
        net.eval()
        return sum(nn.functional.l1_loss(net(p, f), y).item() for p, f, y in valid) / max(1, len(valid))

    @torch.no_grad()
    def forecast(self, past, future):
        preds = []
        for net in self.nets:
            net.eval()
            preds.append(net(past[None], future[None])[0])
        preds = torch.stack(preds)
        return preds.mean(0), preds.std(0)
