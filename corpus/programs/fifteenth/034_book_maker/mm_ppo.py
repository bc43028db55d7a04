# recurrent ppo for quoting, many symbols at once
import torch, torch.nn as nn, torch.nn.functional as F
from torch.distributions import Normal

N, T, EPOCHS, H = 64, 32, 3, 48
GAMMA, LAM = 0.995, 0.95
dev = "cuda" if torch.cuda.is_available() else "cpu"


class Market:
    def __init__(self, n, length=1500):
        self.n, self.length = n, length
        self.k = torch.randint(0, length, (n,), device=dev)
        self.inv = torch.zeros(n, device=dev)
        self.vol = torch.rand(n, device=dev) * 0.2 + 0.05
        self.last = torch.zeros(n, 3, device=dev)

    def obs(self):
        return torch.cat([self.last, (self.inv / 10)[:, None], (self.k / self.length)[:, None]], 1)

    def step(self, a):
        half = F.softplus(a[:, 0]) * 0.1
        lean = a[:, 1].clamp(-1, 1) * 0.1
        move = torch.randn(self.n, device=dev) * self.vol
        buy = (torch.rand(self.n, device=dev) < torch.exp(-10 * (half - lean).clamp(min=0))).float()
        sell = (torch.rand(self.n, device=dev) < torch.exp(-10 * (half + lean).clamp(min=0))).float()
        r = buy * (half - lean) + sell * (half + lean) + self.inv * move - 0.003 * self.inv ** 2
        self.inv = self.inv + buy - sell
        self.k = self.k + 1
        d = self.k >= self.length
        self.k = torch.where(d, torch.zeros_like(self.k), self.k)
        self.inv = torch.where(d, torch.zeros_like(self.inv), self.inv)
        self.vol = torch.where(d, torch.rand(self.n, device=dev) * 0.2 + 0.05, self.vol)
        self.last = torch.stack([move, buy, sell], 1)
        return self.obs(), r, d.float()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(5, H)
        self.mu, self.v = nn.Linear(H, 2), nn.Linear(H, 1)
        self.ls = nn.Parameter(torch.full((2,), -1.0))

    def step(self, o, h, mask):
        y, h = self.gru(o[None], h * mask[None, :, None])
        return Normal(self.mu(y[0]), self.ls.exp()), self.v(y[0])[:, 0], h


def rollout(net, mkt, o, h, m):
    rows = []
    for _ in range(T):
        with torch.no_grad():
            d, v, h = net.step(o, h, m)
            a = d.sample()
        o2, r, done = mkt.step(a)
        rows.append((o, m, a, d.log_prob(a).sum(1), v, r, done))
        o, m = o2, 1 - done
    return [torch.stack(x) for x in zip(*rows)], o, h, m


def train():
    mkt = Market(N)
    net = Net().to(dev)
    opt = torch.optim.Adam(net.parameters(), 5e-4)
    o, h, m = mkt.obs(), torch.zeros(1, N, H, device=dev), torch.zeros(N, device=dev)
    best, best_r, avg = None, -1e9, 0.0
    for it in range(5000):
        h0 = h
        (ob, mb, ab, lb, vb, rb, db), o, h, m = rollout(net, mkt, o, h, m)
        with torch.no_grad():
            nv = net.step(o, h, m)[1]
        adv, g = torch.zeros_like(rb), 0
        for t in reversed(range(T)):
            g = rb[t] + GAMMA * (1 - db[t]) * nv - vb[t] + GAMMA * LAM * (1 - db[t]) * g
            adv[t], nv = g, vb[t]
        ret = adv + vb
        adv = (adv - adv.mean()) / (adv.std() + 1e-6)
        for _ in range(EPOCHS):
            hh, loss = h0, 0
            for t in range(T):
                d, v, hh = net.step(ob[t], hh, mb[t])
                ratio = (d.log_prob(ab[t]).sum(1) - lb[t]).exp()
                loss = loss - torch.min(ratio * adv[t], ratio.clamp(.8, 1.2) * adv[t]).mean()
                loss = loss + 0.5 * F.mse_loss(v, ret[t])
            opt.zero_grad()
            (loss / T).backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            opt.step()

        avg = 0.95 * avg + 0.05 * rb.mean().item()
        if it >= 100 and it % 20 == 0:
            if avg > best_r:
                best_r, best = avg, {k: v.clone() for k, v in net.state_dict().items()}
            elif avg < best_r - 0.1:
                print(it, "restore", avg, best_r)
                net.load_state_dict(best)
                opt = torch.optim.Adam(net.parameters(), 2e-4)
                h = torch.zeros(1, N, H, device=dev)
                avg = best_r
        if it % 50 == 0:
            print(it, round(avg, 4))
    torch.save(best, "mm.pt")


train()
