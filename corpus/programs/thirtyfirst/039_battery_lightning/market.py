import torch


class BatteryMarket:
    """B batteries of 1 MWh against hourly prices with a hidden weekly regime."""

    obs_dim, n_actions = 4, 3

    def __init__(self, batch: int, hours: int = 168, generator: torch.Generator = None):
        self.batch, self.hours, self.gen = batch, hours, generator

    def _randn(self, *shape):
        return torch.randn(*shape, generator=self.gen)

    def reset(self):
        self.hour = 0
        self.charge = torch.full((self.batch,), 0.5)
        self.level = 50 + 15 * self._randn(self.batch)
        self.swing = 10 + 8 * self._randn(self.batch).abs()
        return self._obs()

    def _obs(self):
        day = torch.tensor(2 * torch.pi * self.hour / 24)
        self.price = self.level + self.swing * torch.sin(day) + 3 * self._randn(self.batch)
        clock = torch.stack([day.sin(), day.cos()]).expand(self.batch, 2)
        return torch.cat([self.price[:, None] / 50, self.charge[:, None], clock], 1)

    def step(self, act):
        flow = (act - 1).float() * 0.25
        after = (self.charge + flow).clamp(0, 1)
        flow = after - self.charge
        self.charge = after
        reward = -flow * self.price - 0.8 * flow.abs()
        self.level = self.level + self._randn(self.batch)
        self.hour += 1
        return self._obs(), reward / 10, self.hour >= self.hours
