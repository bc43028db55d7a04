from __future__ import annotations

import copy
from typing import Any

import lightning as L
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, IterableDataset


class Choreography(IterableDataset):
    """Random walks of a dancer over the stage grid (8 positions)."""

    def __init__(self, scenes: int, beats: int = 64) -> None:
        self.scenes, self.beats = scenes, beats

    def __iter__(self):
        for _ in range(self.scenes):
            steps = np.random.choice([-1, 0, 1], self.beats, p=[0.3, 0.4, 0.3])
            yield torch.from_numpy((np.cumsum(steps) + np.random.randint(8)) % 8)


class SpotNet(nn.Module):
    def __init__(self, width: int = 80) -> None:
        super().__init__()
        self.width = width
        self.emb = nn.Embedding(8, 16)
        self.rnn = nn.LSTMCell(16 + 16, width)
        self.aim = nn.Linear(width, 8)

    def forward(self, seen, other, hc):
        hc = self.rnn(torch.cat([self.emb(seen), self.emb(other)], -1), hc)
        return self.aim(hc[0]), hc


class Duo(L.LightningModule):
    """Two follow spots must cover the dancer but not sit on the same spot: learner + a past self."""

    def __init__(self, lr: float = 5e-4, every: int = 3, keep: int = 10) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.net = SpotNet()
        self.colleague = SpotNet()
        for p in self.colleague.parameters():
            p.requires_grad = False
        self.archive: list[dict[str, Any]] = []

    def zero(self, b: int):
        z = torch.zeros(b, self.net.width, device=self.device)
        return z, z.clone()

    def scene(self, path: torch.Tensor, learn: bool):
        b, beats = path.shape
        hc, other_hc = self.zero(b), self.zero(b)
        me = torch.zeros(b, dtype=torch.long, device=self.device)
        other = torch.full_like(me, 4)
        logps, rewards = [], []
        for t in range(beats):
            noisy = torch.where(torch.rand(b, device=self.device) < 0.2, torch.randint_like(me, 8), path[:, t])
            logits, hc = self.net(noisy, other, hc)
            with torch.no_grad():
                o_logits, other_hc = self.colleague(noisy, me, other_hc)
                o_next = o_logits.argmax(-1)
            d = torch.distributions.Categorical(logits=logits)
            me_next = d.sample() if learn else logits.argmax(-1)
            logps.append(d.log_prob(me_next))
            me, other = me_next, o_next
            hit = ((me == path[:, t]) | (other == path[:, t])).float()
            rewards.append(hit - 0.5 * (me == other).float())
        return torch.stack(logps), torch.stack(rewards)

    def training_step(self, path, _):
        logps, rewards = self.scene(path, True)
        togo = rewards.flip(0).cumsum(0).flip(0)
        adv = F.layer_norm(togo, togo.shape)
        self.log("train/reward", rewards.mean(), prog_bar=True)
        return -(logps * adv).mean()

    def validation_step(self, path, _):
        _, rewards = self.scene(path, False)
        self.log("val/reward", rewards.mean())

    def on_train_epoch_start(self) -> None:
        if self.archive:
            k = torch.randint(len(self.archive), ()).item()
            self.colleague.load_state_dict(self.archive[k])

    def on_train_epoch_end(self) -> None:
        if self.current_epoch % self.hparams.every == 0:
            self.archive.append(copy.deepcopy(self.net.state_dict()))
            self.archive = self.archive[-self.hparams.keep:]

    def configure_optimizers(self):
        return torch.optim.AdamW(self.net.parameters(), lr=self.hparams.lr)


if __name__ == "__main__":
    L.seed_everything(11)
    trainer = L.Trainer(max_epochs=60, gradient_clip_val=0.5)
    trainer.fit(Duo(), DataLoader(Choreography(4000), 50), DataLoader(Choreography(500), 50))
