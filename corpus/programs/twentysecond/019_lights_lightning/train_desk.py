import random
from argparse import ArgumentParser

import pytorch_lightning as pl
import torch
from torch import nn
from torch.distributions import Normal
from torch.utils.data import DataLoader

from stage import CueSheets


class Operator(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.GRUCell(2 + 2 + 2, hidden)
        self.mu = nn.Linear(hidden, 2)
        self.log_std = nn.Parameter(torch.full((2,), -1.0))

    def start(self, batch, device):
        return torch.zeros(batch, self.hidden, device=device)

    def forward(self, music, own, other, h):
        h = self.cell(torch.cat([music, own, other], -1), h)
        return Normal(self.mu(h), self.log_std.exp()), h


class LightDesk(pl.LightningModule):
    """Front-of-house operator has to work with whoever sits at the follow desk."""

    def __init__(self, lr=1e-3, max_pool=20):
        super().__init__()
        self.save_hyperparameters()
        self.operator = Operator()
        self.partner = Operator()
        self.partner.requires_grad_(False)
        self.pool = []
        self.baseline = 0.0

    def pick_partner(self):
        if self.pool:
            self.partner.load_state_dict(random.choice(self.pool))

    def training_step(self, batch, batch_idx):
        music, wanted = batch
        n, bars, _ = music.shape
        self.pick_partner()
        h = self.operator.start(n, self.device)
        ph = self.partner.start(n, self.device)
        mine = torch.zeros(n, 2, device=self.device)
        theirs = torch.zeros(n, 2, device=self.device)
        logps, rewards = [], []
        for b in range(bars):
            dist, h = self.operator(music[:, b], mine, theirs, h)
            with torch.no_grad():
                pdist, ph = self.partner(music[:, b], theirs, mine, ph)
                new_theirs = pdist.sample()
            new_mine = dist.sample()
            logps.append(dist.log_prob(new_mine).sum(-1))
            mine, theirs = new_mine, new_theirs
            mix = 0.5 * (mine.sigmoid() + theirs.sigmoid())
            rewards.append(-(mix - wanted[:, b]).abs().sum(-1))
        rewards = torch.stack(rewards)
        togo = rewards.flip(0).cumsum(0).flip(0)
        adv = (togo - togo.mean(1, keepdim=True)) / (togo.std() + 1e-6)
        loss = -(torch.stack(logps) * adv).mean()
        self.log("reward", rewards.mean(), prog_bar=True)
        return loss

    def on_train_epoch_end(self):
        self.pool.append(self.operator.state_dict())
        if len(self.pool) > self.hparams.max_pool:
            self.pool.pop(0)
        self.log("pool", float(len(self.pool)))

    def configure_optimizers(self):
        return torch.optim.Adam(self.operator.parameters(), lr=self.hparams.lr)


def main():
    ap = ArgumentParser()
    ap.add_argument("--epochs", type=int, default=100)
    ap.add_argument("--batch", type=int, default=64)
    ap.add_argument("--lr", type=float, default=1e-3)
    args = ap.parse_args()
    loader = DataLoader(CueSheets(), batch_size=args.batch, shuffle=True, drop_last=True)
    trainer = pl.Trainer(max_epochs=args.epochs, gradient_clip_val=1.0)
    trainer.fit(LightDesk(lr=args.lr), loader)


if __name__ == "__main__":
    main()
