import lightning.pytorch as pl
import torch
from torch import nn
from torch.utils.data import DataLoader

from fields import Fields


class IrrigationAgent(pl.LightningModule):
    def __init__(self, n_plots: int = 32, hidden_dim: int = 64, horizon: int = 24, lr: float = 4e-4, gamma: float = 0.97):
        super().__init__()
        self.save_hyperparameters()
        self.automatic_optimization = False
        self.encoder = nn.Sequential(nn.Linear(3, hidden_dim), nn.SiLU())
        self.gru = nn.GRUCell(hidden_dim, hidden_dim)
        self.policy = nn.Linear(hidden_dim, 3)
        self.value = nn.Linear(hidden_dim, 1)
        self.register_buffer("soil_memory", torch.zeros(n_plots, hidden_dim))
        self.fields = Fields(n_plots)
        self.last_obs = self.fields.observe()

    def advance(self, obs, mem):
        mem = self.gru(self.encoder(obs), mem)
        return self.policy(mem), self.value(mem).squeeze(-1), mem

    @torch.no_grad()
    def act(self, obs):
        logits, _, self.soil_memory = self.advance(obs, self.soil_memory)
        return logits.argmax(-1)

    def season_over(self, done):
        self.soil_memory = self.soil_memory * (~done).float().unsqueeze(1)

    def training_step(self, batch, batch_idx):
        hp = self.hparams
        obs, mem = self.last_obs, self.soil_memory
        logps, values, rewards, alive = [], [], [], []
        for _ in range(hp.horizon):
            logits, v, mem = self.advance(obs, mem)
            dist = torch.distributions.Categorical(logits=logits)
            action = dist.sample()
            obs, r, done = self.fields.step(action)
            live = (~done).float()
            mem = mem * live.unsqueeze(1)
            logps.append(dist.log_prob(action))
            values.append(v)
            rewards.append(r)
            alive.append(live)
        with torch.no_grad():
            g = self.advance(obs, mem)[1]
        loss = 0.0
        for lp, v, r, live in zip(logps[::-1], values[::-1], rewards[::-1], alive[::-1]):
            g = r + hp.gamma * live * g
            loss = loss + (-(lp * (g - v).detach()) + 0.5 * (g - v) ** 2).mean()
        opt = self.optimizers()
        opt.zero_grad()
        self.manual_backward(loss / hp.horizon)
        self.clip_gradients(opt, gradient_clip_val=1.0, gradient_clip_algorithm="norm")
        opt.step()
        self.last_obs = obs
        self.soil_memory = mem.detach()
        self.log("reward", torch.stack(rewards).mean(), prog_bar=True)

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=self.hparams.lr)

    def train_dataloader(self):
        return DataLoader(range(1000), batch_size=1)


if __name__ == "__main__":
    pl.seed_everything(3)
    trainer = pl.Trainer(max_epochs=20, accelerator="cpu", logger=False, enable_checkpointing=False)
    agent = IrrigationAgent()
    trainer.fit(agent)
    trainer.save_checkpoint("irrigation.ckpt")
