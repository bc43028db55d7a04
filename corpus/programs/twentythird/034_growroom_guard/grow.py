"""Online actor-critic for the shiitake grow room (simulated fast-forward, no episodes)."""
import torch
import torch.nn.functional as F
from torch import nn

from guard import Guard

ROOMS = 12
HIDDEN = 80
UNROLL = 48


class Climate(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(6, HIDDEN)
        self.rnn = nn.GRUCell(HIDDEN, HIDDEN)
        self.mean = nn.Linear(HIDDEN, 3)
        self.std = nn.Parameter(torch.zeros(3))
        self.critic = nn.Linear(HIDDEN, 1)

    def forward(self, x, h):
        h = self.rnn(F.silu(self.embed(x)), h)
        dist = torch.distributions.Normal(self.mean(h), self.std.exp())
        return dist, self.critic(h).squeeze(1), h


class Rooms:
    def __init__(self, n):
        self.s = torch.randn(n, 6) * 0.1
        self.drift = torch.randn(n, 6) * 0.01

    def step(self, a):
        push = torch.cat([a.tanh(), torch.zeros(a.shape[0], 3)], dim=1)
        self.s = 0.97 * self.s + self.drift + 0.1 * push + 0.02 * torch.randn_like(self.s)
        self.s[:, 3:] += 0.05 * (self.s[:, :3] - self.s[:, 3:])
        cost = self.s[:, 3:].square().sum(1) + 0.01 * a.square().sum(1)
        return self.s.clone(), -cost


def train(total_updates=20000):
    net = Climate()
    opt = torch.optim.AdamW(net.parameters(), lr=7e-4)
    guard = Guard(tolerance=0.15, patience=3)
    rooms = Rooms(ROOMS)
    x = rooms.s.clone()
    h = torch.zeros(ROOMS, HIDDEN)
    avg = 0.0
    window = []

    for update in range(total_updates):
        logps, vals, rews = [], [], []
        for _ in range(UNROLL):
            dist, v, h = net(x, h)
            a = dist.sample()
            logps.append(dist.log_prob(a).sum(1))
            vals.append(v)
            x, r = rooms.step(a)
            rews.append(r)
        h = h.detach()

        with torch.no_grad():
            _, nxt, _ = net(x, h)
        rews = torch.stack(rews)
        avg += 0.01 * (rews.mean().item() - avg)
        targets = []
        for r in rews.flip(0):
            nxt = r - avg + nxt
            targets.insert(0, nxt)
        targets, vals = torch.stack(targets), torch.stack(vals)
        adv = (targets - vals).detach()
        loss = -(torch.stack(logps) * adv).mean() + 0.25 * F.mse_loss(vals, targets)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()

        window.append(rews.mean().item())
        if len(window) == 100:
            score = sum(window) / len(window)
            window.clear()
            if guard.observe(score, net, opt):
                guard.restore(net, opt)
                h = torch.zeros_like(h)
                print(f"{update}: score {score:.3f}, back to {guard.best.score:.3f}")
            else:
                print(f"{update}: score {score:.3f}")
    return net


if __name__ == "__main__":
    torch.manual_seed(1)
    torch.save(train().state_dict(), "climate.pt")
