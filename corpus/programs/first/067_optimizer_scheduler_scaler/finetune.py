import argparse
import os

import torch
import torch.nn as nn
from torch.cuda.amp import GradScaler, autocast

from datasets import TrajDataset, collate


class BCPolicy(nn.Module):
    """behaviour cloning on demos; sequence in, sequence out"""

    def __init__(self, d_obs, d_act, h=512):
        super().__init__()
        self.gru = nn.GRU(d_obs, h, num_layers=2, batch_first=True)
        self.head = nn.Sequential(nn.LayerNorm(h), nn.Linear(h, d_act))

    def forward(self, obs, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(obs, lengths.cpu(), batch_first=True, enforce_sorted=False)
        y, _ = self.gru(packed)
        y, _ = nn.utils.rnn.pad_packed_sequence(y, batch_first=True)
        return self.head(y)


class Run:
    def __init__(self, args):
        self.args = args
        self.net = BCPolicy(args.d_obs, args.d_act).cuda()
        self.opt = torch.optim.AdamW(self.net.parameters(), lr=args.lr)
        self.sched = torch.optim.lr_scheduler.OneCycleLR(self.opt, args.lr, total_steps=args.steps)
        self.scaler = GradScaler()
        self.best = float("inf")
        self.bad = 0

    def snapshot(self):
        return {"net": self.net.state_dict(), "opt": self.opt.state_dict(), "sched": self.sched.state_dict(), "scaler": self.scaler.state_dict()}

    def rollback(self, path):
        ck = torch.load(path)
        self.net.load_state_dict(ck["net"])
        self.opt.load_state_dict(ck["opt"])
        self.sched.load_state_dict(ck["sched"])
        self.scaler.load_state_dict(ck["scaler"])
        self.bad = 0

    def loss(self, batch):
        obs, act, lens = (b.cuda() for b in batch)
        with autocast():
            pred = self.net(obs, lens)
            mask = (torch.arange(pred.shape[1], device=pred.device)[None] < lens[:, None]).float()
            return ((pred - act[:, : pred.shape[1]]).pow(2).mean(-1) * mask).sum() / mask.sum()

    def fit(self, tr, va, path):
        it = iter(tr)
        for step in range(self.args.steps):
            try:
                batch = next(it)
            except StopIteration:
                it = iter(tr)
                batch = next(it)
            l = self.loss(batch)
            self.opt.zero_grad()
            self.scaler.scale(l).backward()
            self.scaler.step(self.opt)
            self.scaler.update()
            self.sched.step()
            if step % 500 == 0:
                self.net.eval()
                with torch.no_grad():
                    v = sum(self.loss(b).item() for b in va) / len(va)
                self.net.train()
                print(step, l.item(), v)
                if v < self.best:
                    self.best, self.bad = v, 0
                    torch.save(self.snapshot(), path)
                else:
                    self.bad += 1
                    if self.bad > 6:
                        self.rollback(path)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("data")
    p.add_argument("--d_obs", type=int, default=39)
    p.add_argument("--d_act", type=int, default=7)
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--steps", type=int, default=50_000)
    a = p.parse_args()
    mk = lambda split: torch.utils.data.DataLoader(TrajDataset(a.data, split), 32, shuffle=True, collate_fn=collate)
    os.makedirs("ck", exist_ok=True)
    Run(a).fit(mk("train"), mk("val"), "ck/best.pt")
