import lightning as L
import torch
import torch.nn.functional as F
from torch import nn


class OperatorClone(L.LightningModule):
    def __init__(self, n_obs=8, n_act=4, width=96, lanes=16, lr=1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.pre = nn.Sequential(nn.Linear(n_obs, width), nn.SiLU())
        self.rnn = nn.GRU(width, width, batch_first=True)
        self.post = nn.Linear(width, n_act)
        self.register_buffer("tape", torch.zeros(1, lanes, width))

    def rewind(self):
        self.tape.zero_()

    def forward(self, obs):
        y, last = self.rnn(self.pre(obs), self.tape.clone())
        self.tape.copy_(last.detach())
        return torch.tanh(self.post(y))

    def on_train_epoch_start(self):
        self.rewind()

    def training_step(self, batch, batch_idx):
        obs, act = batch
        loss = F.huber_loss(self(obs), act)
        self.log("train_loss", loss, on_step=False, on_epoch=True, prog_bar=True, batch_size=obs.shape[0])
        return loss

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=self.hparams.lr)
