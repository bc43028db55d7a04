from typing import Optional

import pytorch_lightning as pl
import torch
from torch import nn
from torch.distributions import Categorical

from market import BatteryMarket


class Dispatch(nn.Module):
    def __init__(self, obs_dim: int, n_actions: int, width: int):
        super().__init__()
        self.width = width
        self.inp = nn.Linear(obs_dim, width)
        self.gru = nn.GRUCell(width, width)
        self.pi = nn.Linear(width, n_actions)
        self.v = nn.Linear(width, 1)

    def forward(self, obs, h):
        h = self.gru(torch.relu(self.inp(obs)), h)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h


class DispatchAgent(pl.LightningModule):
    def __init__(self, width: int = 96, lr: float = 5e-4, gamma: float = 0.98, batch: int = 128):
        super().__init__()
        self.save_hyperparameters()
        self.net = Dispatch(BatteryMarket.obs_dim, BatteryMarket.n_actions, width)
        self.top: float = float("-inf")
        self.top_weights: Optional[dict] = None
        self._earned = []

    def roll(self, market: BatteryMarket, greedy: bool):
        obs, over = market.reset(), False
        h = torch.zeros(market.batch, self.net.width, device=self.device)
        steps = []
        while not over:
            dist, v, h = self.net(obs.to(self.device), h)
            act = dist.probs.argmax(-1) if greedy else dist.sample()
            obs, reward, over = market.step(act.cpu())
            steps.append((dist.log_prob(act), dist.entropy(), v, reward.to(self.device)))
        return [torch.stack(x) for x in zip(*steps)]

    def training_step(self, batch, batch_idx):
        logp, ent, v, rew = self.roll(BatteryMarket(self.hparams.batch), greedy=False)
        ret, acc = torch.zeros_like(rew), torch.zeros_like(rew[0])
        for t in reversed(range(len(rew))):
            acc = rew[t] + self.hparams.gamma * acc
            ret[t] = acc
        adv = ret - v
        norm = (adv - adv.mean()) / (adv.std() + 1e-6)
        loss = -(logp * norm.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * ent.mean()
        self.log("train/loss", loss)
        self.log("train/earned", rew.sum(0).mean(), prog_bar=True)
        return loss

    def validation_step(self, batch, batch_idx):
        gen = torch.Generator().manual_seed(int(batch[0].item()))
        rew = self.roll(BatteryMarket(64, generator=gen), greedy=True)[3]
        self._earned.append(rew.sum(0).mean())

    def on_validation_epoch_end(self):
        earned = torch.stack(self._earned).mean().item()
        self._earned.clear()
        self.log("val/earned", earned, prog_bar=True)
        if not self.trainer.sanity_checking and earned > self.top:
            self.top = earned
            self.top_weights = self.net.state_dict()

    def on_train_end(self):
        if self.top_weights is not None:
            self.net.load_state_dict(self.top_weights)
            self.print(f"best week in validation: {self.top:.2f}")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)
