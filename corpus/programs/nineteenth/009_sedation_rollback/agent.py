import copy
from typing import Dict, List, Optional

import torch
from torch import Tensor, nn
from torch.distributions import Normal


class DoseNet(nn.Module):
    def __init__(self, n_obs: int = 4, width: int = 64):
        super().__init__()
        self.gru = nn.GRU(n_obs, width, batch_first=True)
        self.mean = nn.Linear(width, 1)
        self.value = nn.Linear(width, 1)
        self.log_std = nn.Parameter(torch.tensor(-0.5))

    def forward(self, obs: Tensor, h: Optional[Tensor]):
        z, h = self.gru(obs, h)
        return Normal(self.mean(z).squeeze(-1), self.log_std.exp()), self.value(z).squeeze(-1), h


class DoseAgent:
    def __init__(self, lr: float = 3e-4, gamma: float = 0.98):
        self.net = DoseNet()
        self.lr = lr
        self.gamma = gamma
        self.optim = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.h: Optional[Tensor] = None
        self.best: Optional[Dict[str, Tensor]] = None
        self.clear()

    def clear(self) -> None:
        self.logp: List[Tensor] = []
        self.vals: List[Tensor] = []
        self.rews: List[float] = []

    def new_patient(self) -> None:
        self.h = None

    def dose(self, obs) -> float:
        dist, v, self.h = self.net(torch.as_tensor(obs).view(1, 1, -1), self.h)
        a = dist.sample()
        self.logp.append(dist.log_prob(a).view(()))
        self.vals.append(v.view(()))
        return float(torch.nn.functional.softplus(a))

    def update(self, last: bool) -> float:
        boot = 0.0 if last else float(self.vals[-1].detach())
        g, targets = boot, []
        for r in reversed(self.rews):
            g = r + self.gamma * g
            targets.insert(0, g)
        target, vals = torch.tensor(targets), torch.stack(self.vals)
        adv = target - vals.detach()
        loss = -(torch.stack(self.logp) * adv).mean() + 0.5 * (target - vals).pow(2).mean()
        self.optim.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optim.step()
        self.clear()
        if self.h is not None:
            self.h = self.h.detach()
        return loss.item()

    def remember(self) -> None:
        self.best = copy.deepcopy(self.net.state_dict())

    def recall(self, hard: bool = False) -> None:
        if self.best is None:
            return
        self.net.load_state_dict(self.best)
        if hard:
            self.optim = torch.optim.Adam(self.net.parameters(), lr=self.lr * 0.5)
            self.h = None
