from copy import deepcopy
from typing import Optional, Tuple

import torch
import torch.nn as nn
from torch import Tensor

State = Tuple[Tensor, Tensor]


class RecurrentActor(nn.Module):
    def __init__(self, obs: int, act: int, width: int):
        super().__init__()
        self.lstm = nn.LSTM(obs, width, batch_first=True)
        self.out = nn.Linear(width, act)

    def forward(self, x: Tensor, state: Optional[State] = None) -> Tuple[Tensor, State]:
        y, state = self.lstm(x, state)
        return torch.tanh(self.out(y)), state


class TwinQ(nn.Module):
    def __init__(self, obs: int, act: int, width: int):
        super().__init__()
        make = lambda: nn.Sequential(nn.Linear(obs + act, width), nn.ReLU(), nn.Linear(width, 1))
        self.a, self.b = make(), make()

    def forward(self, o: Tensor, u: Tensor) -> Tuple[Tensor, Tensor]:
        x = torch.cat([o, u], -1)
        return self.a(x), self.b(x)


class TD3Agent:
    def __init__(self, obs=3, act=1, width=64, gamma=0.99, polyak=0.995):
        self.actor, self.critic = RecurrentActor(obs, act, width), TwinQ(obs, act, width)
        self.actor_target, self.critic_target = deepcopy(self.actor), deepcopy(self.critic)
        self.driver = deepcopy(self.actor).requires_grad_(False)
        self.driver_state: Optional[State] = None
        self.a_opt = torch.optim.Adam(self.actor.parameters(), 1e-4)
        self.c_opt = torch.optim.Adam(self.critic.parameters(), 1e-3)
        self.gamma, self.polyak, self.updates = gamma, polyak, 0
        self.safe = deepcopy(self.actor.state_dict())

    def new_trip(self) -> None:
        self.driver.load_state_dict(self.actor.state_dict())
        self.driver_state = None

    def pedal(self, obs: Tensor, noise: float) -> float:
        u, self.driver_state = self.driver(obs.view(1, 1, -1), self.driver_state)
        return float((u + noise * torch.randn_like(u)).clamp(-1, 1))

    def fall_back(self) -> None:
        self.actor.load_state_dict(self.safe)
        self.actor_target.load_state_dict(self.safe)
        self.driver.load_state_dict(self.safe)
        self.driver_state = None

    def mark_safe(self) -> None:
        self.safe = deepcopy(self.actor.state_dict())

    def learn(self, o: Tensor, u: Tensor, r: Tensor, o2: Tensor) -> None:
        with torch.no_grad():
            u2, _ = self.actor_target(o2)
            u2 = (u2 + (0.2 * torch.randn_like(u2)).clamp(-0.5, 0.5)).clamp(-1, 1)
            y = r + self.gamma * torch.min(*self.critic_target(o2, u2))
        qa, qb = self.critic(o, u)
        loss = (qa - y).pow(2).mean() + (qb - y).pow(2).mean()
        self.c_opt.zero_grad()
        loss.backward()
        self.c_opt.step()
        self.updates += 1
        if self.updates % 2 == 0:
            pi, _ = self.actor(o)
            a_loss = -self.critic(o, pi)[0].mean()
            self.a_opt.zero_grad()
            a_loss.backward()
            self.a_opt.step()
            for net, tgt in ((self.actor, self.actor_target), (self.critic, self.critic_target)):
                for p, q in zip(net.parameters(), tgt.parameters()):
                    q.data.mul_(self.polyak).add_(p.data, alpha=1 - self.polyak)
