import io
import math

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

# pendulum load on a trolley, hoist length drawn from a range which widens over time
STAGES = np.linspace(0.1, 1.0, 10)
N, T, H = 24, 50, 80


class LoadEnv(gym.Env):
    observation_space = gym.spaces.Box(-np.inf, np.inf, (4,))
    action_space = gym.spaces.Discrete(3)
    width = 0.1

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.l = 5.0 * (1 + LoadEnv.width * self.np_random.uniform(-1, 1))
        self.th, self.om = self.np_random.uniform(-0.4, 0.4), 0.0
        self.x, self.v, self.t = self.np_random.uniform(-5, 5), 0.0, 0
        return self._o(), {}

    def _o(self):
        return np.array([self.x, self.v, math.sin(self.th), self.om * 0.3], dtype=np.float32)

    def step(self, a):
        acc = (a - 1) * 0.8
        self.v += acc * 0.1
        self.x += self.v * 0.1
        self.om += (-9.81 / self.l * math.sin(self.th) - acc / self.l * math.cos(self.th)) * 0.1
        self.th += self.om * 0.1
        self.t += 1
        r = -(0.02 * self.x ** 2 + 4 * self.th ** 2 + 0.05 * self.v ** 2)
        return self._o(), r, abs(self.x) > 15, self.t >= 300, {}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, H)
        self.a = nn.Linear(H, 3)
        self.c = nn.Linear(H, 1)

    def forward(self, x, s):
        y, s = self.lstm(x[None], s)
        return self.a(y[0]), self.c(y[0])[:, 0], s


def begin(envs):
    obs, _ = envs.reset()
    return obs, (torch.zeros(1, N, H), torch.zeros(1, N, H)), np.zeros(N)


def main():
    envs = gym.vector.SyncVectorEnv([LoadEnv] * N)
    net = Net()
    opt = torch.optim.Adam(net.parameters(), 5e-4)
    stage, best, saved = 0, -1e9, None
    obs, s, ep = begin(envs)
    rets = []
    for it in range(5000):
        s = (s[0].detach(), s[1].detach())
        L, V, R, M, E = [], [], [], [], []
        for _ in range(T):
            lg, v, s = net(torch.from_numpy(obs), s)
            d = torch.distributions.Categorical(logits=lg)
            a = d.sample()
            obs, r, te, tr, _ = envs.step(a.numpy())
            ep += r
            end = te | tr
            rets.extend(ep[end])
            ep[end] = 0
            m = torch.from_numpy(~end).float()
            s = (s[0] * m[None, :, None], s[1] * m[None, :, None])
            L.append(d.log_prob(a)); V.append(v); E.append(d.entropy())
            R.append(torch.from_numpy(r).float()); M.append(m)
        with torch.no_grad():
            g = net(torch.from_numpy(obs), s)[1]
        G = []
        for r, m in zip(R[::-1], M[::-1]):
            g = r + 0.98 * m * g
            G.append(g)
        G, V = torch.stack(G[::-1]), torch.stack(V)
        adv = (G - V).detach()
        loss = -(torch.stack(L) * adv).mean() + 0.5 * F.smooth_l1_loss(V, G) - 0.005 * torch.stack(E).mean()
        opt.zero_grad(); loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()

        if len(rets) < 100:
            continue
        cur, rets = float(np.mean(rets)), []
        print(it, "stage", stage, "return", round(cur, 2))
        if cur > best:
            best = cur
            saved = io.BytesIO()
            torch.save({"net": net.state_dict(), "opt": opt.state_dict()}, saved)
        elif cur < 2.0 * best:          # returns are negative
            print("collapsed, reloading")
            saved.seek(0)
            ck = torch.load(saved)
            net.load_state_dict(ck["net"])
            opt.load_state_dict(ck["opt"])
            obs, s, ep = begin(envs)
        if cur > -60 and stage < len(STAGES) - 1:
            stage += 1
            LoadEnv.width = float(STAGES[stage])
            best = cur * 1.5
    torch.save(net.state_dict(), "damping.pt")


main()
