"""Actor-critic with a GRU for landing a planar drone on a moving pad (only position is observed)."""
import copy
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Normal

SEED = 3
ROLLOUT = 64
TOTAL = 20000
PATIENCE = 40
DROP = 0.25
device = "cuda" if torch.cuda.is_available() else "cpu"


class Pad2D:
    def __init__(self, seed):
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.p = self.rng.uniform([-4, 6], [4, 10])
        self.v = np.zeros(2)
        self.pad = self.rng.uniform(-1, 1)
        self.wind = self.rng.uniform(-0.3, 0.3)
        self.k = 0
        return self.obs()

    def obs(self):
        return np.array([self.p[0] - self.pad, self.p[1]], dtype=np.float32)

    def step(self, a):
        a = np.clip(a, -1, 1)
        self.v += 0.05 * np.array([4 * a[0] + self.wind, 12 * (a[1] + 1) / 2 - 6])
        self.p += 0.05 * self.v
        self.pad += 0.01 * np.sin(self.k / 20)
        self.k += 1
        miss = abs(self.p[0] - self.pad)
        r = -0.01 * miss
        if self.p[1] <= 0:
            soft = abs(self.v[1]) < 1.0 and miss < 0.5
            return self.obs(), (10.0 if soft else -5.0), True
        if self.k >= 500 or abs(self.p[0]) > 12 or self.p[1] > 15:
            return self.obs(), -5.0, True
        return self.obs(), r, False


class Pilot(nn.Module):
    def __init__(self, hid=128):
        super().__init__()
        self.fc = nn.Linear(2, 64)
        self.gru = nn.GRUCell(64, hid)
        self.mu = nn.Linear(hid, 2)
        self.log_std = nn.Parameter(torch.full((2,), -0.5))
        self.value = nn.Linear(hid, 1)
        self.hid = hid

    def forward(self, o, h):
        h = self.gru(F.elu(self.fc(o)), h)
        return Normal(torch.tanh(self.mu(h)), self.log_std.exp()), self.value(h).squeeze(-1), h


torch.manual_seed(SEED)
env = Pad2D(SEED)
pilot = Pilot().to(device)
opt = torch.optim.Adam(pilot.parameters(), lr=3e-4)

obs = env.reset()
h = torch.zeros(1, pilot.hid, device=device)
scores = deque(maxlen=50)
score = 0.0
best_score, best_weights, since_best = -1e9, None, 0

for it in range(TOTAL):
    h = h.detach()
    logp, vals, rews, masks = [], [], [], []
    for _ in range(ROLLOUT):
        o = torch.from_numpy(obs).unsqueeze(0).to(device)
        dist, v, h = pilot(o, h)
        a = dist.sample()
        obs, r, done = env.step(a[0].cpu().numpy())
        score += r
        logp.append(dist.log_prob(a).sum(-1))
        vals.append(v)
        rews.append(r)
        masks.append(0.0 if done else 1.0)
        if done:
            scores.append(score)
            score = 0.0
            obs = env.reset()
            h = torch.zeros_like(h)

    with torch.no_grad():
        R = pilot(torch.from_numpy(obs).unsqueeze(0).to(device), h)[1]
    loss = 0.0
    for i in reversed(range(ROLLOUT)):
        R = rews[i] + 0.99 * masks[i] * R
        adv = R - vals[i]
        loss = loss + (-logp[i] * adv.detach() + 0.5 * adv.pow(2)).mean()
    opt.zero_grad()
    (loss / ROLLOUT).backward()
    nn.utils.clip_grad_norm_(pilot.parameters(), 1.0)
    opt.step()

    if len(scores) < scores.maxlen:
        continue
    mean = float(np.mean(scores))
    since_best += 1
    if mean > best_score:
        best_score, since_best = mean, 0
        best_weights = copy.deepcopy(pilot.state_dict())
        torch.save(best_weights, "pilot_best.pt")
    elif since_best > PATIENCE and mean < best_score - DROP * abs(best_score):
        print(f"[{it}] return fell to {mean:.2f} (best {best_score:.2f}), going back")
        pilot.load_state_dict(best_weights)
        for g in opt.param_groups:
            g["lr"] *= 0.7
        since_best = 0
        scores.clear()
    if it % 100 == 0:
        print(it, round(mean, 2), round(best_score, 2))
