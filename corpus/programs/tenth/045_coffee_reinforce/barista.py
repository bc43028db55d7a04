import numpy as np
import torch
import torch.nn as nn


class CoffeeBar:
    """n counters side by side. Customers order, the order is shown once."""

    kinds = 4

    def __init__(self, n):
        self.n = n

    def reset(self):
        self.left = np.random.randint(20, 60, self.n)
        self.order = np.random.randint(0, self.kinds, self.n)
        self.age = np.zeros(self.n, int)
        return self.obs()

    def obs(self):
        o = np.zeros((self.n, self.kinds + 1), np.float32)
        new = self.age == 0
        o[new, self.order[new]] = 1
        o[:, -1] = self.age / 10
        return torch.from_numpy(o)

    def step(self, a):
        # action 0..3 serve that drink, 4 wait for the machine
        ready = self.age >= 3
        served = (a < self.kinds)
        ok = served & ready & (a == self.order)
        r = np.where(ok, 1.0, np.where(served, -0.3, -0.02)).astype(np.float32)
        self.age += 1
        self.age[ok] = 0
        self.order[ok] = np.random.randint(0, self.kinds, ok.sum())
        self.left[ok] -= 1
        self.age = np.minimum(self.age, 10)
        done = self.left <= 0
        if done.any():
            k = done.sum()
            self.left[done] = np.random.randint(20, 60, k)
            self.order[done] = np.random.randint(0, self.kinds, k)
            self.age[done] = 0
        return self.obs(), torch.from_numpy(r), torch.from_numpy(done)


class Barista(nn.Module):
    def __init__(self, n, hidden=64):
        super().__init__()
        self.n, self.hidden = n, hidden
        self.gru = nn.GRU(CoffeeBar.kinds + 1, hidden)
        self.pi = nn.Linear(hidden, CoffeeBar.kinds + 1)
        self.v = nn.Linear(hidden, 1)
        self.h = None
        self.forget()

    def forget(self, done=None):
        if done is None:
            self.h = torch.zeros(1, self.n, self.hidden)
        else:
            self.h = self.h * (~done).float().view(1, -1, 1)

    def forward(self, x):
        y, self.h = self.gru(x.unsqueeze(0), self.h)
        return torch.distributions.Categorical(logits=self.pi(y[0])), self.v(y[0])[:, 0]


def train(n=32, updates=5000, horizon=24, gamma=0.97):
    bar, net = CoffeeBar(n), Barista(n)
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    x = bar.reset()
    for u in range(updates):
        net.h = net.h.detach()
        logps, values, rewards, alive, ents = [], [], [], [], []
        for _ in range(horizon):
            pi, v = net(x)
            a = pi.sample()
            x, r, done = bar.step(a.numpy())
            net.forget(done)
            logps.append(pi.log_prob(a))
            ents.append(pi.entropy())
            values.append(v)
            rewards.append(r)
            alive.append((~done).float())
        g = values[-1].detach()
        loss = 0.0
        for t in range(horizon - 2, -1, -1):
            g = rewards[t] + gamma * alive[t] * g
            adv = g - values[t]
            loss = loss + (adv.pow(2) - logps[t] * adv.detach() - 0.01 * ents[t]).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        if u % 50 == 0:
            print(u, torch.stack(rewards).mean().item())
    return net


if __name__ == "__main__":
    net = train()
    torch.save(net.state_dict(), "barista.pt")
