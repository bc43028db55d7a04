import torch


class BicycleBatch:
    """N bicycles ridden at once (lean angle only, no lean rate); each one restarts by itself."""

    def __init__(self, n, limit=500):
        self.n, self.limit = n, limit
        self.lean = torch.zeros(n)
        self.rate = torch.zeros(n)
        self.bar = torch.zeros(n)
        self.age = torch.zeros(n, dtype=torch.long)
        self._restart(torch.ones(n, dtype=torch.bool))

    def _restart(self, who):
        k = int(who.sum())
        self.lean[who] = 0.1 * (torch.rand(k) - 0.5)
        self.rate[who] = 0.0
        self.bar[who] = 0.0
        self.age[who] = 0

    def observe(self):
        return torch.stack([self.lean * 5, self.bar * 2], dim=1)

    def step(self, action):
        torque = (action.float() - 1.0) * 0.15
        self.bar = (self.bar + torque).clamp(-1.2, 1.2)
        acc = 4.0 * self.lean.sin() - 2.5 * self.bar.tan() * 0.5 + 0.3 * torch.randn(self.n)
        self.rate = self.rate + 0.02 * acc
        self.lean = self.lean + 0.02 * self.rate
        self.age += 1
        fell = self.lean.abs() > 0.35
        done = fell | (self.age >= self.limit)
        reward = torch.where(fell, -1.0, 0.02 - 0.1 * self.lean.abs())
        lengths = self.age[done].tolist()
        self._restart(done)
        return self.observe(), reward, done.float(), lengths
