import math
import random
import sys
from pathlib import Path

import lightning as L
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


class CaptionTiming(L.LightningModule):
    """GRU over mel frames -> is a caption on screen in this frame"""

    def __init__(self, mels=40, hidden=96, lr=1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.rnn = nn.GRU(mels, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        y, _ = self.rnn(x)
        return self.out(y).squeeze(-1)

    def _loss(self, batch):
        x, y = batch
        return nn.functional.binary_cross_entropy_with_logits(self(x), y)

    def training_step(self, batch, i):
        loss = self._loss(batch)
        self.log("train", loss)
        return loss

    def validation_step(self, batch, i):
        self.log("valid", self._loss(batch), prog_bar=True)

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=self.hparams.lr)


class KeepBest(L.Callback):
    def __init__(self, patience=6):
        self.patience = patience
        self.best = math.inf
        self.weights = None
        self.waited = 0

    def on_validation_end(self, trainer, module):
        if trainer.sanity_checking:
            return
        now = trainer.callback_metrics["valid"].item()
        if now < self.best:
            self.best, self.waited = now, 0
            self.weights = {k: v.detach().cpu().clone() for k, v in module.state_dict().items()}
        else:
            self.waited += 1
            trainer.should_stop = self.waited >= self.patience

    def on_fit_end(self, trainer, module):
        if self.weights is not None:
            module.load_state_dict(self.weights)
            print(f"back to the best epoch, valid {self.best:.4f}")


def load(folder, length=500):
    xs, ys = [], []
    for f in sorted(Path(folder).glob("*.pt")):
        d = torch.load(f)
        for x, y in zip(d["mel"].split(length), d["shown"].float().split(length)):
            if len(x) == length:
                xs.append(x)
                ys.append(y)
    order = list(range(len(xs)))
    random.Random(1).shuffle(order)
    cut = len(order) // 10
    pick = lambda ids: TensorDataset(torch.stack([xs[i] for i in ids]), torch.stack([ys[i] for i in ids]))
    return pick(order[cut:]), pick(order[:cut])


def main():
    train, valid = load(sys.argv[1])
    net = CaptionTiming()
    trainer = L.Trainer(max_epochs=100, callbacks=[KeepBest()], enable_checkpointing=False, gradient_clip_val=1.0)
    trainer.fit(net, DataLoader(train, 16, shuffle=True), DataLoader(valid, 16))
    torch.save(net.state_dict(), "captions.pt")


if __name__ == "__main__":
    main()
