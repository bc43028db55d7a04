import lightning.pytorch as pl
import torch
import torch.nn.functional as F
from torch import nn


class NextEpisode(pl.LightningModule):
    def __init__(self, n_episodes: int, width: int, dim: int = 96, layers: int = 2, lr: float = 1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.emb = nn.Embedding(n_episodes, dim, padding_idx=0)
        self.rnn = nn.GRU(dim + 1, dim, num_layers=layers, batch_first=True, dropout=0.1)
        self.out = nn.Linear(dim, n_episodes)
        self.register_buffer("h_train", torch.zeros(layers, width, dim))
        self.h_val = None

    def forward(self, ids, completion, h=None):
        x = torch.cat([self.emb(ids), completion.unsqueeze(-1)], -1)
        y, h = self.rnn(x, h)
        return self.out(y), h

    def on_train_epoch_start(self):
        self.h_train.zero_()

    def training_step(self, batch, batch_idx):
        ids, completion, nxt, starts = batch
        if starts:
            self.h_train.zero_()
        logits, h = self(ids, completion, self.h_train.clone())
        self.h_train.copy_(h.detach())
        loss = F.cross_entropy(logits.transpose(1, 2), nxt, ignore_index=0)
        self.log("train_loss", loss, prog_bar=True, batch_size=ids.shape[0])
        return loss

    def on_validation_epoch_start(self):
        self.h_val = None

    def validation_step(self, batch, batch_idx):
        ids, completion, nxt, starts = batch
        if starts:
            self.h_val = None
        logits, self.h_val = self(ids, completion, self.h_val)
        mask = nxt != 0
        hit = (logits.topk(10, -1).indices == nxt.unsqueeze(-1)).any(-1)
        self.log("val_hit10", hit[mask].float().mean(), prog_bar=True, batch_size=int(mask.sum()))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)
