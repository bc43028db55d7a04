import math
import random

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical
from torch.utils.tensorboard import SummaryWriter

N_AGV, N_DOCKS = 5, 8
GAMMA, N_STEP, LR = 0.98, 20, 3e-4


class DispatchEnv:
    """Assign the next order to one of the vehicles; a shift has 400 orders."""

    def reset(self):
        self.pos = [random.randrange(N_DOCKS) for _ in range(N_AGV)]
        self.busy = [0.0] * N_AGV
        self.drift = random.uniform(0.7, 1.4)
        self.n = 0
        self.order = self._order()
        return self.obs()

    def _order(self):
        return random.randrange(N_DOCKS), random.randrange(N_DOCKS)

    def obs(self):
        src, dst = self.order
        ang = 2 * math.pi * src / N_DOCKS
        ang2 = 2 * math.pi * dst / N_DOCKS
        return torch.tensor([p / N_DOCKS for p in self.pos]
                            + [math.sin(ang), math.cos(ang), math.sin(ang2), math.cos(ang2)])

    def step(self, k):
        src, dst = self.order
        trip = abs(self.pos[k] - src) + abs(src - dst) + 1
        wait = max(0.0, self.busy[k])
        self.busy[k] = wait + trip * self.drift
        self.pos[k] = dst
        self.busy = [max(0.0, b - 1.5) for b in self.busy]
        self.n += 1
        self.order = self._order()
        return self.obs(), -0.05 * (wait + trip), self.n >= 400


class Dispatcher(nn.Module):
    def __init__(self, hidden=96):
        super().__init__()
        self.lstm = nn.LSTMCell(N_AGV + 4, hidden)
        self.pi = nn.Linear(hidden, N_AGV)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, hx, cx):
        hx, cx = self.lstm(x.unsqueeze(0), (hx, cx))
        return self.pi(hx), self.v(hx)[0, 0], hx, cx


def update(opt, net, logps, values, rewards, ents, last):
    ret, loss = last, 0.0
    for lp, v, r, e in zip(reversed(logps), reversed(values), reversed(rewards), reversed(ents)):
        ret = r + GAMMA * ret
        adv = ret - v
        loss = loss - lp * adv.detach() + 0.5 * F.mse_loss(v, torch.as_tensor(ret)) - 0.005 * e
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    opt.step()


env = DispatchEnv()
net = Dispatcher()
opt = torch.optim.Adam(net.parameters(), lr=LR)
tb = SummaryWriter("runs/dispatch")
hx = torch.zeros(1, 96)
cx = torch.zeros(1, 96)

for shift in range(5000):
    obs = env.reset()
    done, total = False, 0.0
    while not done:
        hx, cx = hx.detach(), cx.detach()
        logps, values, rewards, ents = [], [], [], []
        for _ in range(N_STEP):
            logits, value, hx, cx = net(obs, hx, cx)
            pi = Categorical(logits=logits)
            a = pi.sample()
            obs, r, done = env.step(a.item())
            logps.append(pi.log_prob(a)[0])
            ents.append(pi.entropy()[0])
            values.append(value)
            rewards.append(r)
            total += r
            if done:
                break
        last = 0.0
        if not done:
            with torch.no_grad():
                last = net(obs, hx, cx)[1].item()
        update(opt, net, logps, values, rewards, ents, last)
    tb.add_scalar("shift/return", total, shift)
    if shift % 100 == 0:
        print(shift, round(total, 2))
        torch.save(net.state_dict(), "dispatch.pt")
