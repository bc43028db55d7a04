from dataclasses import dataclass

import torch
import torch.nn as nn
from torch.func import functional_call, stack_module_state, vmap


class Sender(nn.Module):
    def __init__(self, n_in=3, hidden=24):
        super().__init__()
        self.x2h = nn.Linear(n_in, 3 * hidden)
        self.h2h = nn.Linear(hidden, 3 * hidden)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x, h):
        xr, xz, xn = self.x2h(x).chunk(3, -1)
        hr, hz, hn = self.h2h(h).chunk(3, -1)
        r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
        n = torch.tanh(xn + r * hn)
        h = (1 - z) * n + z * h
        return torch.tanh(self.out(h)).squeeze(-1), h


@dataclass
class Config:
    members: int = 64
    flows: int = 32
    hidden: int = 24
    interval: int = 300
    generations: int = 400
    sigma: float = 0.05
    replace: float = 0.25
    seed: int = 5


class Bottlenecks:
    """One queue per flow; capacity wanders, flows never end."""

    def __init__(self, shape):
        self.rate = torch.ones(shape)
        self.queue = torch.zeros(shape)
        self.cap = torch.ones(shape[-1])

    def observe(self):
        return torch.stack([self.rate, self.queue, (self.queue > 1.9).float()], -1)

    def step(self, change):
        self.cap = (self.cap + 0.02 * torch.randn_like(self.cap)).clamp(0.4, 2.5)
        self.rate = (self.rate * torch.exp(0.2 * change)).clamp(0.05, 5.0)
        q = self.queue + 0.1 * (self.rate - self.cap)
        loss = (q - 2.0).clamp(min=0.0)
        self.queue = q.clamp(0.0, 2.0)
        sent = torch.minimum(self.rate, self.cap)
        return sent - 0.5 * self.queue - 10.0 * loss


class Population:
    def __init__(self, cfg):
        self.cfg = cfg
        nets = [Sender(hidden=cfg.hidden) for _ in range(cfg.members)]
        params, _ = stack_module_state(nets)
        self.params = {k: v.detach() for k, v in params.items()}
        self.skeleton = Sender(hidden=cfg.hidden).to("meta")
        self.h = torch.zeros(cfg.members, cfg.flows, cfg.hidden)
        self.world = Bottlenecks((cfg.members, cfg.flows))
        self.forward = vmap(lambda p, x, h: functional_call(self.skeleton, p, (x, h)))

    def live(self, steps):
        score = torch.zeros(self.cfg.members)
        for _ in range(steps):
            change, self.h = self.forward(self.params, self.world.observe(), self.h)
            score += self.world.step(change).mean(-1)
        return score / steps

    def exploit(self, score):
        k = int(self.cfg.replace * self.cfg.members)
        order = score.argsort(descending=True)
        parents, victims = order[:k], order[-k:]
        for name, w in self.params.items():
            w[victims] = w[parents] + self.cfg.sigma * torch.randn_like(w[parents])


@torch.no_grad()
def main(cfg=Config()):
    torch.manual_seed(cfg.seed)
    pop = Population(cfg)
    for g in range(cfg.generations):
        score = pop.live(cfg.interval)
        print(f"gen {g:3d}  best {score.max():.3f}  mean {score.mean():.3f}")
        pop.exploit(score)
    best = pop.live(2000).argmax()
    torch.save({k: v[best].clone() for k, v in pop.params.items()}, "sender.pt")


if __name__ == "__main__":
    main()
