from collections import OrderedDict
from typing import Dict, List, Optional

import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from market import StorageMarket


class Ticks(Dataset):
    """One item is one optimisation step; the data come from the market itself."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, i: int) -> int:
        return i


class TraderCore(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.gru = nn.GRU(3, hidden)
        self.pi = nn.Linear(hidden, 3)
        self.v = nn.Linear(hidden, 1)
        self.memory: Optional[Tensor] = None

    def step(self, obs: List[float]):
        y, self.memory = self.gru(torch.tensor(obs).view(1, 1, 3), self.memory)
        y = y.view(-1)
        return torch.distributions.Categorical(logits=self.pi(y)), self.v(y).squeeze(0)


class StorageTrader(pl.LightningModule):
    def __init__(self, hidden: int = 48, horizon: int = 48, gamma: float = 0.995, lr: float = 5e-4,
                 ema_decay: float = 0.99, steps_per_epoch: int = 250) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.core = TraderCore(hidden)
        self.market = StorageMarket(seed=1)
        self.obs = self.market.reset()
        self.average: Dict[str, Tensor] = OrderedDict(
            (k, v.clone()) for k, v in self.core.state_dict().items())

    def training_step(self, batch, batch_idx):
        hp = self.hparams
        if self.core.memory is not None:
            self.core.memory = self.core.memory.detach()
        logp, value, entropy, reward, alive = [], [], [], [], []
        for _ in range(hp.horizon):
            dist, v = self.core.step(self.obs)
            a = dist.sample()
            self.obs, r, done = self.market.step(int(a))
            logp.append(dist.log_prob(a))
            value.append(v)
            entropy.append(dist.entropy())
            reward.append(r)
            alive.append(0.0 if done else 1.0)
            if done:
                self.obs = self.market.reset()
                self.core.memory = None
        target = value[-1].detach()
        targets = []
        for r, m in zip(reversed(reward[:-1]), reversed(alive[:-1])):
            target = r + hp.gamma * m * target
            targets.append(target)
        targets = torch.stack(targets[::-1])
        values = torch.stack(value[:-1])
        adv = (targets - values).detach()
        loss = -(torch.stack(logp[:-1]) * adv).mean() + 0.5 * F.mse_loss(values, targets)
        loss = loss - 0.01 * torch.stack(entropy).mean()
        self.log("reward", sum(reward), prog_bar=True)
        return loss

    def on_train_batch_end(self, outputs, batch, batch_idx) -> None:
        with torch.no_grad():
            for k, v in self.core.state_dict().items():
                self.average[k].lerp_(v, 1 - self.hparams.ema_decay)

    def on_train_epoch_end(self) -> None:
        profit = self.backtest(seed=99)
        self.log("backtest_profit", profit, prog_bar=True)

    @torch.no_grad()
    def backtest(self, seed: int) -> float:
        """Profit of the averaged weights on a fixed market."""
        current = {k: v.clone() for k, v in self.core.state_dict().items()}
        memory = self.core.memory
        self.core.load_state_dict(self.average)
        self.core.memory = None

        market = StorageMarket(seed=seed)
        obs, done, profit = market.reset(), False, 0.0
        while not done:
            dist, _ = self.core.step(obs)
            obs, r, done = market.step(int(dist.probs.argmax()))
            profit += r

        self.core.load_state_dict(current)
        self.core.memory = memory
        return profit

    def configure_optimizers(self):
        return torch.optim.Adam(self.core.parameters(), lr=self.hparams.lr)

    def train_dataloader(self):
        return DataLoader(Ticks(self.hparams.steps_per_epoch), batch_size=1)


if __name__ == "__main__":
    pl.seed_everything(7)
    model = StorageTrader()
    trainer = pl.Trainer(max_epochs=200, accelerator="cpu", gradient_clip_val=1.0, logger=False)
    trainer.fit(model)
    torch.save(model.average, "storage_average.pt")
