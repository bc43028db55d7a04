from __future__ import annotations

import copy
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def mlp(*sizes: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Actor(nn.Module):
    def __init__(self, n_obs: int, n_act: int, width: int = 64) -> None:
        super().__init__()
        self.gru = nn.GRU(n_obs, width, batch_first=True)
        self.head = mlp(width, 64, 2 * n_act)

    def forward(self, obs: Tensor, h: Tensor | None = None):
        y, h = self.gru(obs, h)
        mu, log_std = self.head(y).chunk(2, -1)
        std = log_std.clamp(-5, 2).exp()
        raw = mu + std * torch.randn_like(mu)
        act = torch.tanh(raw)
        logp = -0.5 * ((raw - mu) / std).pow(2) - std.log() - 0.5 * math.log(2 * math.pi)
        logp = (logp - 2 * (math.log(2) - raw - F.softplus(-2 * raw))).sum(-1)
        return act, logp, h


class Critic(nn.Module):
    def __init__(self, n_obs: int, n_act: int, width: int = 64) -> None:
        super().__init__()
        self.gru = nn.GRU(n_obs, width, batch_first=True)
        self.q1, self.q2 = mlp(width + n_act, 64, 1), mlp(width + n_act, 64, 1)

    def forward(self, obs: Tensor, act: Tensor) -> tuple[Tensor, Tensor]:
        y, _ = self.gru(obs)
        x = torch.cat([y, act], -1)
        return self.q1(x).squeeze(-1), self.q2(x).squeeze(-1)


@torch.no_grad()
def follow(slow: nn.Module, fast: nn.Module, tau: float) -> None:
    for s, f in zip(slow.parameters(), fast.parameters()):
        s.data.mul_(1 - tau).add_(tau * f.data)


class SlowActorSAC:
    """SAC on whole sequences; the environment is driven by an averaged actor, which is calmer."""

    def __init__(self, n_obs: int, n_act: int, lr: float = 3e-4, tau: float = 0.01, alpha: float = 0.02) -> None:
        self.actor, self.critic = Actor(n_obs, n_act), Critic(n_obs, n_act)
        self.driver = copy.deepcopy(self.actor)
        self.critic_target = copy.deepcopy(self.critic)
        self.pi_opt = torch.optim.Adam(self.actor.parameters(), lr=lr)
        self.q_opt = torch.optim.Adam(self.critic.parameters(), lr=lr)
        self.tau, self.alpha = tau, alpha
        self.h: Tensor | None = None

    def begin(self) -> None:
        self.h = None

    @torch.no_grad()
    def drive(self, obs) -> float:
        act, _, self.h = self.driver(torch.from_numpy(obs).view(1, 1, -1), self.h)
        return float(act)

    def update(self, obs: Tensor, act: Tensor, rew: Tensor, gamma: float = 0.98) -> dict[str, float]:
        with torch.no_grad():
            nxt, logp, _ = self.actor(obs)
            t1, t2 = self.critic_target(obs, nxt)
            soft = torch.min(t1, t2) - self.alpha * logp
            y = rew + gamma * soft[:, 1:]
        q1, q2 = self.critic(obs[:, :-1], act)
        q_loss = F.mse_loss(q1, y) + F.mse_loss(q2, y)
        self.q_opt.zero_grad()
        q_loss.backward()
        self.q_opt.step()

        a, logp, _ = self.actor(obs)
        p1, p2 = self.critic(obs, a)
        pi_loss = (self.alpha * logp - torch.min(p1, p2)).mean()
        self.pi_opt.zero_grad()
        pi_loss.backward()
        self.pi_opt.step()

        follow(self.critic_target, self.critic, 0.005)
        follow(self.driver, self.actor, self.tau)
        return {"q": q_loss.item(), "pi": pi_loss.item()}
