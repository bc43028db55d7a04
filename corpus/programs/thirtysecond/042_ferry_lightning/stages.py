import pytorch_lightning as pl
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.rnn import pad_sequence

from ferry import Ferry


class Pilot(nn.Module):
    def __init__(self, units: int = 48):
        super().__init__()
        self.gru = nn.GRU(2, units, num_layers=2, batch_first=True)
        self.out = nn.Linear(units, 3)

    def forward(self, x, memory=None):
        y, memory = self.gru(x, memory)
        return self.out(y), memory


def collate(batch):
    xs, ys = zip(*batch)
    return pad_sequence(xs, batch_first=True), pad_sequence(ys, batch_first=True, padding_value=-1)


class Imitate(pl.LightningModule):
    def __init__(self, lr: float = 1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.pilot = Pilot()

    def _loss(self, batch):
        x, y = batch
        logits, _ = self.pilot(x)
        return F.cross_entropy(logits.flatten(0, 1), y.flatten(), ignore_index=-1)

    def training_step(self, batch, _):
        loss = self._loss(batch)
        self.log("bc/train", loss)
        return loss

    def validation_step(self, batch, _):
        self.log("bc/val", self._loss(batch), prog_bar=True)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


class FineTune(pl.LightningModule):
    """REINFORCE from the cloned pilot, pulled towards it by a KL term."""

    def __init__(self, cloned_ckpt: str, lr: float = 1e-4, episodes: int = 16, pull: float = 0.1):
        super().__init__()
        self.save_hyperparameters()
        self.pilot = Imitate.load_from_checkpoint(cloned_ckpt).pilot
        self.anchor = Pilot()
        self.anchor.load_state_dict(self.pilot.state_dict())
        self.anchor.requires_grad_(False)

    @torch.no_grad()
    def sail(self, greedy: bool = False):
        env, done, memory = Ferry(), False, None
        obs = env.reset()
        xs, acts, rews = [], [], []
        while not done:
            logits, memory = self.pilot(obs.view(1, 1, -1).to(self.device), memory)
            p = logits[0, 0].softmax(-1)
            a = int(p.argmax()) if greedy else int(torch.multinomial(p, 1))
            xs.append(obs)
            acts.append(a)
            obs, r, done = env.step(a)
            rews.append(r)
        return torch.stack(xs), torch.tensor(acts), torch.tensor(rews)

    def training_step(self, batch, _):
        loss, score = 0.0, 0.0
        for _ in range(self.hparams.episodes):
            x, a, r = (z.to(self.device) for z in self.sail())
            togo = r.flip(0).cumsum(0).flip(0)
            adv = (togo - togo.mean()) / (togo.std() + 1e-6)
            lp = self.pilot(x.unsqueeze(0))[0][0].log_softmax(-1)
            ref = self.anchor(x.unsqueeze(0))[0][0].log_softmax(-1)
            kl = (lp.exp() * (lp - ref)).sum(-1).mean()
            loss = loss - (adv * lp.gather(-1, a.unsqueeze(-1)).squeeze(-1)).mean() + self.hparams.pull * kl
            score += float(r.sum())
        self.log("rl/return", score / self.hparams.episodes, prog_bar=True, batch_size=1)
        return loss / self.hparams.episodes

    def configure_optimizers(self):
        return torch.optim.Adam(self.pilot.parameters(), lr=self.hparams.lr)
