import copy
import random

import numpy as np
import torch
import torch.nn as nn

CARS = 8
POP = 5
UNROLL = 25


class SlotCars:
    """CARS cars on a slot track of unknown curvature; too fast in a bend throws the car out."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.pos, self.vel, self.t = np.zeros(CARS), np.zeros(CARS), np.zeros(CARS, int)
        self.phase = self.rng.uniform(0, 6.28, CARS)

    def obs(self):
        return torch.tensor(np.stack([self.vel, np.sin(self.pos + self.phase)], 1), dtype=torch.float32)

    def step(self, throttle):
        self.t += 1
        self.vel = np.clip(self.vel + 0.1 * (throttle - 1) - 0.01 * self.vel, 0, 2)
        self.pos += 0.05 * self.vel
        out = self.vel * np.abs(np.cos(2 * self.pos + self.phase)) > 1.5
        reward = self.vel * 0.1 - 2.0 * out
        done = out | (self.t >= 300)
        if done.any():
            self.pos[done] = self.vel[done] = 0.0
            self.t[done] = 0
            self.phase[done] = self.rng.uniform(0, 6.28, done.sum())
        return self.obs(), torch.tensor(reward, dtype=torch.float32), torch.tensor(done)


class Driver(nn.Module):
    def __init__(self, n=48):
        super().__init__()
        self.n = n
        self.cell = nn.LSTMCell(2, n)
        self.pi = nn.Linear(n, 3)
        self.v = nn.Linear(n, 1)

    def zero(self):
        return torch.zeros(CARS, self.n), torch.zeros(CARS, self.n)

    def forward(self, x, hc):
        h, c = self.cell(x, hc)
        return torch.distributions.Categorical(logits=self.pi(h)), self.v(h)[:, 0], (h, c)


nets = [Driver() for _ in range(POP)]
lrs = [10 ** random.uniform(-4, -2.5) for _ in range(POP)]
opts = [torch.optim.Adam(n.parameters(), lr=lr) for n, lr in zip(nets, lrs)]
tracks = [SlotCars(i) for i in range(POP)]
views = [t.obs() for t in tracks]
states = {i: nets[i].zero() for i in range(POP)}
fitness = np.zeros(POP)


def train(i):
    net, state, x = nets[i], states[i], views[i]
    logp, val, rew, live = [], [], [], []
    for _ in range(UNROLL):
        pi, v, state = net(x, state)
        a = pi.sample()
        x, r, d = tracks[i].step(a.numpy())
        m = (~d).float()
        state = (state[0] * m[:, None], state[1] * m[:, None])
        logp.append(pi.log_prob(a))
        val.append(v)
        rew.append(r)
        live.append(m)
    with torch.no_grad():
        ret = net(x, state)[1]
    loss = 0.0
    for k in range(UNROLL - 1, -1, -1):
        ret = rew[k] + 0.98 * live[k] * ret
        adv = ret - val[k]
        loss = loss + (0.5 * adv ** 2 - adv.detach() * logp[k]).mean()
    opts[i].zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opts[i].step()
    views[i] = x
    states[i] = tuple(s.detach() for s in state)
    fitness[i] = 0.95 * fitness[i] + 0.05 * torch.stack(rew).mean().item()


def exploit_and_explore():
    order = np.argsort(fitness)
    worst, best = order[0], order[-1]
    nets[worst] = copy.deepcopy(nets[best])
    states[worst] = nets[worst].zero()
    lrs[worst] = lrs[best] * random.choice([0.7, 1.4])
    opts[worst] = torch.optim.Adam(nets[worst].parameters(), lr=lrs[worst])
    fitness[worst] = fitness[best]
    print(f"member {worst} <- {best}, lr {lrs[worst]:.2e}")


if __name__ == "__main__":
    for it in range(1, 8001):
        for i in range(POP):
            train(i)
        if it % 60 == 0:
            print(it, fitness.round(3))
            exploit_and_explore()
    torch.save(nets[int(fitness.argmax())].state_dict(), "slotcar_best.pt")
