import argparse

import torch
import torch.nn.functional as F
from torch import nn

from data import Cues


class Breaker(nn.Module):
    """Where does a subtitle line break, from words and their spoken durations."""

    def __init__(self, n_words, dim=100, hidden=128):
        super().__init__()
        self.emb = nn.Embedding(n_words, dim)
        self.rnn = nn.LSTM(dim + 1, hidden, num_layers=2, bidirectional=True, batch_first=True, dropout=0.3)
        self.out = nn.Linear(2 * hidden, 3)

    def forward(self, ids, dur):
        y, _ = self.rnn(torch.cat([self.emb(ids), dur.unsqueeze(-1)], -1))
        return self.out(y)


class Trainer:
    def __init__(self, net, train, valid, lr, batch, patience):
        self.net, self.train, self.valid = net, train, valid
        self.batch = batch
        self.patience = patience
        self.lr = lr
        self.opt = torch.optim.Adam(net.parameters(), lr=lr)
        self.best_loss = float("inf")
        self.best_weights = net.state_dict()
        self.bad = 0
        self.plateaus = 0

    def epoch(self):
        self.net.train()
        total = n = 0
        for ids, dur, y in self.train.batches(self.batch):
            loss = F.cross_entropy(self.net(ids, dur).transpose(1, 2), y)
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            self.opt.step()
            total += loss.item()
            n += 1
        return total / n

    @torch.no_grad()
    def validate(self):
        self.net.eval()
        total = n = 0
        for ids, dur, y in self.valid.batches(self.batch, shuffle=False):
            total += F.cross_entropy(self.net(ids, dur).transpose(1, 2), y).item()
            n += 1
        return total / n

    def on_improvement(self, loss):
        self.best_loss = loss
        self.best_weights = self.net.state_dict()
        self.bad = 0

    def on_plateau(self):
        self.plateaus += 1
        self.bad = 0
        self.lr *= 0.3
        print(f"plateau {self.plateaus}: back to loss {self.best_loss:.4f}, lr {self.lr:.1e}")
        self.net.load_state_dict(self.best_weights)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)

    def fit(self, epochs, max_plateaus=3):
        for e in range(epochs):
            tr, va = self.epoch(), self.validate()
            print(f"epoch {e} train {tr:.4f} valid {va:.4f}")
            if va < self.best_loss:
                self.on_improvement(va)
            else:
                self.bad += 1
            if self.bad >= self.patience:
                self.on_plateau()
                if self.plateaus >= max_plateaus:
                    break
        return self.best_loss


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("train")
    ap.add_argument("valid")
    ap.add_argument("--epochs", type=int, default=60)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--patience", type=int, default=4)
    ap.add_argument("--out", default="breaker.pt")
    args = ap.parse_args()

    vocab = {"<pad>": 0}
    train, valid = Cues(args.train, vocab), Cues(args.valid, vocab)
    trainer = Trainer(Breaker(len(vocab)), train, valid, args.lr, args.batch, args.patience)
    trainer.fit(args.epochs)
    torch.save({"vocab": dict(vocab), "net": trainer.net.state_dict()}, args.out)


if __name__ == "__main__":
    main()
