"""Comping generator: learns piano voicings given the lead sheet, trained song by song."""
import copy
import random
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

BARS = 8 * 16


class Comper(nn.Module):
    def __init__(self, n_lead=84, n_keys=49, hidden=256):
        super().__init__()
        self.lead = nn.Embedding(n_lead, 64)
        self.rnn = nn.GRU(64 + n_keys, hidden, num_layers=2, batch_first=True)
        self.keys = nn.Linear(hidden, n_keys)

    def forward(self, lead, prev, h):
        y, h = self.rnn(torch.cat([self.lead(lead), prev], -1), h)
        return self.keys(y), h

    def blank(self):
        return torch.zeros(2, 1, 256)


class Callback:
    def on_song_end(self, run, loss):
        pass

    def on_epoch_end(self, run):
        pass


class Progress(Callback):
    def __init__(self):
        self.losses = []

    def on_song_end(self, run, loss):
        self.losses.append(loss)

    def on_epoch_end(self, run):
        print(f"{run.epoch:3d} train {sum(self.losses) / len(self.losses):.4f} val {run.val:.4f}")
        self.losses = []


class BackToBest(Callback):
    def __init__(self, patience=4):
        self.patience, self.wait = patience, 0
        self.best, self.weights = float("inf"), None

    def on_epoch_end(self, run):
        if run.val < self.best:
            self.best, self.wait = run.val, 0
            self.weights = copy.deepcopy(run.net.state_dict())
        else:
            self.wait += 1
            if self.wait == self.patience:
                run.net.load_state_dict(self.weights)
                run.opt.param_groups[0]["lr"] *= 0.3
                self.wait = 0


class Run:
    def __init__(self, net, songs, held_out, callbacks):
        self.net, self.songs, self.held_out = net, songs, held_out
        self.callbacks = callbacks
        self.opt = torch.optim.Adam(net.parameters(), lr=5e-4)
        self.h = net.blank()
        self.epoch, self.val = 0, float("nan")

    def song(self, lead, keys, train=True):
        self.h = self.net.blank()
        prev = torch.cat([torch.zeros_like(keys[:, :1]), keys[:, :-1]], 1)
        total, n = 0.0, 0
        for a, p, k in zip(lead.split(BARS, 1), prev.split(BARS, 1), keys.split(BARS, 1)):
            logits, h = self.net(a, p, self.h)
            self.h = h.detach()
            loss = F.binary_cross_entropy_with_logits(logits, k)
            if train:
                self.opt.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
                self.opt.step()
            total, n = total + loss.item(), n + 1
        return total / n

    def go(self, epochs):
        for self.epoch in range(epochs):
            random.shuffle(self.songs)
            for lead, keys in self.songs:
                loss = self.song(lead, keys)
                for cb in self.callbacks:
                    cb.on_song_end(self, loss)
            with torch.no_grad():
                scores = [self.song(lead, keys, train=False) for lead, keys in self.held_out]
            self.val = sum(scores) / len(scores)
            for cb in self.callbacks:
                cb.on_epoch_end(self)


if __name__ == "__main__":
    torch.manual_seed(1)
    files = sorted(Path("leadsheets").glob("*.pt"))
    data = [torch.load(f) for f in files]
    net = Comper()
    run = Run(net, data[:-20], data[-20:], [Progress(), BackToBest()])
    run.go(80)
    torch.save(net.state_dict(), "comper.pt")
