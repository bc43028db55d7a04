import torch
import torch.nn as nn
from torch.distributions import Categorical

from supply import BeerShop


class OrderNet(nn.Module):
    def __init__(self, width=64, choices=10):
        super().__init__()
        self.body = nn.GRUCell(2, width)
        self.policy = nn.Linear(width, choices)
        self.value = nn.Linear(width, 1)

    def forward(self, x, mem):
        mem = self.body(x, mem)
        return Categorical(logits=self.policy(mem)), self.value(mem), mem


class Trainer:
    def __init__(self, name, lr, entropy):
        self.name = name
        self.hp = {"lr": lr, "entropy": entropy}
        self.net = OrderNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.shop = BeerShop(seed=hash(name) % 10_000)
        self.score = -10.0
        self.restart()

    def restart(self):
        self.view = self.shop.open()
        self.mem = torch.zeros(1, 64)

    def work(self, days=50):
        mem = self.mem.detach()
        terms, rewards, ended = [], [], []
        for _ in range(days):
            x = torch.from_numpy(self.view).unsqueeze(0)
            pi, v, mem = self.net(x, mem)
            a = pi.sample()
            self.view, r, closed = self.shop.order(a.item())
            if closed:
                self.view = self.shop.open()
                mem = torch.zeros_like(mem)
            terms.append((pi.log_prob(a), pi.entropy(), v.squeeze()))
            rewards.append(r)
            ended.append(closed)
        with torch.no_grad():
            g = self.net(torch.from_numpy(self.view).unsqueeze(0), mem)[1].item()
        loss = 0.0
        for (logp, ent, v), r, e in zip(reversed(terms), reversed(rewards), reversed(ended)):
            g = r + 0.97 * g * (not e)
            adv = g - v
            loss = loss - logp.sum() * adv.detach() + 0.5 * adv.pow(2) - self.hp["entropy"] * ent.sum()
        self.opt.zero_grad()
        (loss / days).backward()
        self.opt.step()
        self.mem = mem.detach()
        self.score += 0.05 * (sum(rewards) / days - self.score)

    def adopt(self, other, fresh_year=False):
        self.net.load_state_dict(other.net.state_dict())
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.hp["lr"])
        self.score = other.score
        if fresh_year:
            self.restart()

    def perturb(self, rng):
        for key in self.hp:
            self.hp[key] *= rng.choice([0.8, 1.25])
        for group in self.opt.param_groups:
            group["lr"] = self.hp["lr"]
