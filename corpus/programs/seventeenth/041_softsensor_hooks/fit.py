"""Soft sensor for the kiln: free lime from temperatures, draft and feed."""
import numpy as np
import torch
import torch.nn as nn

from hooks import CsvLog, Restore


class SoftSensor(nn.Module):
    def __init__(self, n_in, hidden=96):
        super().__init__()
        self.lstm = nn.LSTM(n_in, hidden, num_layers=2, batch_first=True, dropout=0.1)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x, state=None):
        y, state = self.lstm(x, state)
        return self.out(y).squeeze(-1), state


def streams(table, rows):
    """Cut one long record to parallel streams, (rows, time, columns)."""
    n = len(table) // rows * rows
    return torch.as_tensor(table[:n], dtype=torch.float32).view(rows, n // rows, -1)


class Trainer:
    def __init__(self, net, train, val, hooks, bptt=50, val_every=40):
        self.net, self.train, self.val = net, train, val
        self.hooks, self.bptt, self.val_every = hooks, bptt, val_every
        self.opt = torch.optim.AdamW(net.parameters(), lr=1e-3)
        self.step, self.train_loss, self.val_loss = 0, 0.0, 0.0
        self.state = None

    def call(self, name):
        for hook in self.hooks:
            getattr(hook, name)(self)

    @torch.no_grad()
    def validate(self):
        self.net.eval()
        pred, _ = self.net(self.val[..., :-1])
        self.val_loss = nn.functional.mse_loss(pred, self.val[..., -1]).item()
        self.net.train()
        self.call("on_validation_end")

    def training_step(self, part):
        pred, self.state = self.net(part[..., :-1], self.state)
        self.state = tuple(s.detach() for s in self.state)
        loss = nn.functional.mse_loss(pred, part[..., -1])
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.train_loss = 0.9 * self.train_loss + 0.1 * loss.item()

    def fit(self, epochs):
        self.call("on_fit_start")
        for epoch in range(epochs):
            self.call("on_epoch_start")
            self.state = None
            for part in self.train.split(self.bptt, dim=1):
                self.training_step(part)
                self.step += 1
                self.call("on_batch_end")
                if self.step % self.val_every == 0:
                    self.validate()
            self.validate()
            self.call("on_epoch_end")
            print(f"epoch {epoch}: train {self.train_loss:.4f} val {self.val_loss:.4f}")


if __name__ == "__main__":
    record = np.load("kiln.npy")
    record = (record - record.mean(0)) / record.std(0)
    cut = int(0.85 * len(record))
    net = SoftSensor(record.shape[1] - 1)
    trainer = Trainer(net, streams(record[:cut], 16), streams(record[cut:], 1), [Restore(), CsvLog("kiln.csv")])
    trainer.fit(60)
    torch.save(net.state_dict(), "kiln_sensor.pt")
