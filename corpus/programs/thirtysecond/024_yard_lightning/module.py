import lightning.pytorch as pl
import torch
from torch import nn
from torch.distributions import Categorical

from yard import Yard


class Shunter(pl.LightningModule):
    def __init__(self, width: int = 64, yards: int = 64, unroll: int = 20, lr: float = 1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.core = nn.LSTMCell(7 + Yard.TRACKS, width)
        self.track = nn.Linear(width, Yard.TRACKS)
        self.value = nn.Linear(width, 1)
        self.yard = Yard(yards, seed=1)
        self.sheet = self.blank(yards)

    def blank(self, n):
        w = self.hparams.width
        return torch.zeros(n, w), torch.zeros(n, w), torch.zeros(n, Yard.TRACKS)

    def forward(self, x, sheet):
        h, c, last = sheet
        h, c = self.core(torch.cat([x, last], -1), (h, c))
        return Categorical(logits=self.track(h)), self.value(h).squeeze(-1), h, c

    def training_step(self, batch, batch_idx):
        sheet = tuple(s.detach() for s in self.sheet)
        logps, vals, rews, nots, ent = [], [], [], [], 0.0
        for _ in range(self.hparams.unroll):
            d, v, h, c = self(self.yard.obs(), sheet)
            a = d.sample()
            r, done = self.yard.send(a)
            keep = (~done).float().unsqueeze(-1)
            last = nn.functional.one_hot(a, Yard.TRACKS).float()
            sheet = (h * keep, c * keep, last * keep)
            logps.append(d.log_prob(a)), vals.append(v), rews.append(r), nots.append(keep.squeeze(-1))
            ent = ent + d.entropy().mean()
        self.sheet = sheet
        with torch.no_grad():
            g = self(self.yard.obs(), sheet)[1]
        rets = []
        for r, k in zip(rews[::-1], nots[::-1]):
            g = r + 0.95 * k * g
            rets.insert(0, g)
        rets, vals = torch.stack(rets), torch.stack(vals)
        adv = (rets - vals).detach()
        self.log("right", torch.stack(rews).mean(), prog_bar=True, on_step=False, on_epoch=True, batch_size=1)
        return -(torch.stack(logps) * adv).mean() + 0.5 * (rets - vals).pow(2).mean() - 0.01 * ent / len(rews)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)
