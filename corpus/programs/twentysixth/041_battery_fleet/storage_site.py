from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor
from torch.distributions import Categorical

from policy import ArbitragePolicy, State


class PriceFeed(Protocol):
    def next(self) -> float: ...


@dataclass(slots=True)
class Battery:
    capacity: float = 4.0
    power: float = 1.0
    efficiency: float = 0.92
    soc: float = 2.0

    def apply(self, action: int, price: float) -> float:
        match action:
            case 0:
                e = min(self.power, self.capacity - self.soc)
                self.soc += e * self.efficiency
                return -e * price
            case 2:
                e = min(self.power, self.soc)
                self.soc -= e
                return e * self.efficiency * price
            case _:
                return 0.0


@dataclass
class Site:
    name: str
    feed: PriceFeed
    battery: Battery = field(default_factory=Battery)
    policy: ArbitragePolicy = field(default_factory=ArbitragePolicy)
    gamma: float = 0.995

    def __post_init__(self) -> None:
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=3e-4)
        self.state: State = self.policy.zero_state()
        self.price = self.feed.next()
        self.hour = 0

    def features(self) -> Tensor:
        t = self.hour % 24 / 24
        return torch.tensor([self.price / 100, self.battery.soc / self.battery.capacity, t, t * t])

    def local_training(self, days: int) -> float:
        profit = 0.0
        for _ in range(days):
            logps, values, rewards = [], [], []
            for _ in range(24):
                logits, value, self.state = self.policy(self.features(), self.state)
                dist = Categorical(logits=logits)
                action = dist.sample()
                reward = self.battery.apply(int(action), self.price)
                logps.append(dist.log_prob(action))
                values.append(value)
                rewards.append(reward / 100)
                profit += reward
                self.price = self.feed.next()
                self.hour += 1
            with torch.no_grad():
                _, ret, _ = self.policy(self.features(), self.state)
            loss = torch.zeros(())
            for logp, value, reward in zip(reversed(logps), reversed(values), reversed(rewards)):
                ret = reward + self.gamma * ret
                loss = loss - logp * (ret - value.detach()) + 0.5 * (ret - value) ** 2
            self.optimizer.zero_grad()
            (loss / 24).backward()
            self.optimizer.step()
            self.state = (self.state[0].detach(), self.state[1].detach())
        return profit / days

    @torch.no_grad()
    def receive(self, average: dict[str, Tensor]) -> None:
        for name, p in self.policy.named_parameters():
            p.copy_(average[name])
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=3e-4)
