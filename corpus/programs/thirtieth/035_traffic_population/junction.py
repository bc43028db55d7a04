import torch


class Junctions:
    """`n` crossings side by side. Queues of two roads, seen through a loop detector that fails at times."""

    def __init__(self, n, horizon=180):
        self.n, self.horizon = n, horizon
        self.queue = torch.zeros(n, 2)
        self.green = torch.zeros(n, dtype=torch.long)
        self.t = torch.randint(0, horizon, (n,))
        self.flow = 0.2 + 0.5 * torch.rand(n, 2)

    def look(self):
        works = (torch.rand(self.n, 2) < 0.7).float()
        return torch.cat([self.queue * works / 10, works, self.green[:, None].float()], 1)

    def step(self, switch):
        self.green = torch.where(switch.bool(), 1 - self.green, self.green)
        out = torch.zeros_like(self.queue)
        out[torch.arange(self.n), self.green] = 1.0 - 0.8 * switch.float()
        self.queue = (self.queue + torch.bernoulli(self.flow) - out).clamp(0, 40)
        self.t += 1
        done = self.t >= self.horizon
        self.queue[done] = 0.0
        self.flow[done] = 0.2 + 0.5 * torch.rand(int(done.sum()), 2)
        self.t[done] = 0
        return self.look(), -self.queue.sum(1) / 20, done
