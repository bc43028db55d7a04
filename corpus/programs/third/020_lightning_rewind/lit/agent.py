from typing import Optional, Tuple

import gymnasium as gym
import lightning as L
import torch
from torch import Tensor, nn
from torch.distributions import Normal
from torch.utils.data import DataLoader, IterableDataset


class Ticks(IterableDataset):
    """One item per optimisation step; the module makes its own experience."""

    def __init__(self, n: int):
        self.n = n

    def __iter__(self):
        return iter(range(self.n))

    def __len__(self):
        return self.n


class Backbone(nn.Module):
    def __init__(self, obs: int, act: int, hidden: int):
        super().__init__()
        self.inp = nn.Linear(obs, hidden)
        self.lstm = nn.LSTM(hidden, hidden)
        self.mu = nn.Linear(hidden, act)
        self.log_std = nn.Parameter(torch.full((act,), -0.5))
        self.v = nn.Linear(hidden, 1)

    def forward(self, obs: Tensor, state):
        x, state = self.lstm(torch.tanh(self.inp(obs)).unsqueeze(0), state)
        x = x.squeeze(0)
        return Normal(self.mu(x), self.log_std.exp()), self.v(x).squeeze(-1), state


class RecurrentA2C(L.LightningModule):
    def __init__(self, env_id: str, num_envs: int = 8, hidden: int = 64, unroll: int = 16, lr: float = 7e-4, steps_per_epoch: int = 200):
        super().__init__()
        self.save_hyperparameters()
        self.envs = gym.make_vec(env_id, num_envs=num_envs)
        self.net = Backbone(self.envs.single_observation_space.shape[0], self.envs.single_action_space.shape[0], hidden)
        self.carry: Optional[Tuple[Tensor, Tensor]] = None
        self._obs = None
        self._sum = torch.zeros(num_envs)

    def on_fit_start(self) -> None:
        self._obs, _ = self.envs.reset(seed=1)
        self.carry = None

    def _mask(self, done: Tensor) -> None:
        keep = (~done).float().view(1, -1, 1)
        self.carry = tuple(s * keep for s in self.carry)

    def training_step(self, batch, batch_idx):
        if self.carry is not None:
            self.carry = tuple(s.detach() for s in self.carry)
        tape = []
        for _ in range(self.hparams.unroll):
            obs = torch.as_tensor(self._obs, dtype=torch.float32, device=self.device)
            dist, value, self.carry = self.net(obs, self.carry)
            action = dist.sample()
            self._obs, rew, term, trunc, _ = self.envs.step(action.cpu().numpy())
            done = torch.as_tensor(term | trunc, device=self.device)
            rew = torch.as_tensor(rew, dtype=torch.float32, device=self.device)
            self._sum = self._sum.to(self.device) + rew
            if done.any():
                self.log("return", self._sum[done].mean(), prog_bar=True, batch_size=1)
                self._sum = self._sum * (~done)
                self._mask(done)
            tape.append((dist.log_prob(action).sum(-1), dist.entropy().sum(-1), value, rew, done))
        ret = tape[-1][2].detach()
        loss = torch.zeros((), device=self.device)
        for logp, ent, value, rew, done in reversed(tape):
            ret = rew + 0.99 * ret * (~done)
            adv = ret - value
            loss = loss + (0.5 * adv.pow(2) - adv.detach() * logp - 1e-3 * ent).mean()
        loss = loss / len(tape)
        self.log("loss", loss, batch_size=1)
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.net.parameters(), lr=self.hparams.lr)

    def train_dataloader(self):
        return DataLoader(Ticks(self.hparams.steps_per_epoch), batch_size=None)
