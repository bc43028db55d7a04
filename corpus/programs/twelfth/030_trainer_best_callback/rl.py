from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import gymnasium as gym
import numpy as np
import torch
from torch import Tensor, nn


@dataclass
class TrainConfig:
    env_id: str = "Pendulum-v1"
    seed: int = 3
    hidden_size: int = 64
    segment: int = 50
    total_segments: int = 30_000
    report_every: int = 200
    lr: float = 1e-3
    gamma: float = 0.97
    out: Path = field(default_factory=lambda: Path("out") / time.strftime("%m%d_%H%M"))


class Hook(Protocol):
    def on_report(self, trainer: "Trainer", mean_return: float) -> None: ...


class GaussianLSTM(nn.Module):
    def __init__(self, obs_dim: int, act_dim: int, hidden_size: int) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.lstm = nn.LSTM(obs_dim, hidden_size, batch_first=True)
        self.mu = nn.Linear(hidden_size, act_dim)
        self.value = nn.Linear(hidden_size, 1)
        self.log_std = nn.Parameter(torch.full((act_dim,), -0.5))

    def init_hidden(self, n: int = 1) -> tuple[Tensor, Tensor]:
        z = torch.zeros(1, n, self.hidden_size)
        return z, z.clone()

    def forward(self, obs: Tensor, hidden):
        y, hidden = self.lstm(obs, hidden)
        dist = torch.distributions.Normal(2.0 * torch.tanh(self.mu(y)), self.log_std.exp())
        return dist, self.value(y).squeeze(-1), hidden


class BestModel:
    """Stores the best policy and goes back to it after a long drop."""

    def __init__(self, path: Path, tolerance: int = 6, margin: float = 50.0) -> None:
        self.path, self.tolerance, self.margin = path, tolerance, margin
        self.best = -np.inf
        self.low = 0

    def on_report(self, trainer: "Trainer", mean_return: float) -> None:
        if mean_return > self.best:
            self.best, self.low = mean_return, 0
            torch.save({"policy": trainer.policy.state_dict(), "return": mean_return}, self.path)
        elif mean_return < self.best - self.margin:
            self.low += 1
            if self.low >= self.tolerance:
                self.restore(trainer)

    def restore(self, trainer: "Trainer") -> None:
        saved = torch.load(self.path, weights_only=False)
        trainer.policy.load_state_dict(saved["policy"])
        trainer.hidden = trainer.policy.init_hidden()
        trainer.reset_optimizer()
        self.low = 0
        print(f"restored best model with return {saved['return']:.1f}")


class Trainer:
    def __init__(self, cfg: TrainConfig, hooks: list[Hook]) -> None:
        self.cfg, self.hooks = cfg, hooks
        torch.manual_seed(cfg.seed)
        self.env = gym.make(cfg.env_id)
        self.policy = GaussianLSTM(2, 1, cfg.hidden_size)
        self.reset_optimizer()
        self.hidden = self.policy.init_hidden()
        self.obs, _ = self.env.reset(seed=cfg.seed)
        self.ep_return, self.finished = 0.0, []

    def reset_optimizer(self) -> None:
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=self.cfg.lr)

    def _x(self) -> Tensor:
        return torch.as_tensor(self.obs[:2], dtype=torch.float32).view(1, 1, 2)

    def run_segment(self) -> None:
        self.hidden = tuple(t.detach() for t in self.hidden)
        logp, vals, rews, masks = [], [], [], []
        for _ in range(self.cfg.segment):
            dist, value, self.hidden = self.policy(self._x(), self.hidden)
            act = dist.sample()
            self.obs, rew, term, trunc, _ = self.env.step(act.view(-1).clamp(-2, 2).numpy())
            self.ep_return += float(rew)
            logp.append(dist.log_prob(act).sum())
            vals.append(value.view(()))
            rews.append(float(rew) / 10)
            masks.append(0.0 if (term or trunc) else 1.0)
            if term or trunc:
                self.finished.append(self.ep_return)
                self.ep_return = 0.0
                self.obs, _ = self.env.reset()
                self.hidden = self.policy.init_hidden()
        with torch.no_grad():
            ret = self.policy(self._x(), self.hidden)[1].view(())
        rets = []
        for r, m in zip(rews[::-1], masks[::-1]):
            ret = r + self.cfg.gamma * m * ret
            rets.append(ret)
        adv = torch.stack(rets[::-1]) - torch.stack(vals)
        loss = -(torch.stack(logp) * adv.detach()).mean() + 0.5 * adv.square().mean()
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
        self.optimizer.step()

    def fit(self) -> None:
        for i in range(1, self.cfg.total_segments + 1):
            self.run_segment()
            if i % self.cfg.report_every == 0 and self.finished:
                mean = float(np.mean(self.finished))
                self.finished.clear()
                for hook in self.hooks:
                    hook.on_report(self, mean)


if __name__ == "__main__":
    config = TrainConfig()
    config.out.mkdir(parents=True, exist_ok=True)
    Trainer(config, [BestModel(config.out / "best.pt")]).fit()
