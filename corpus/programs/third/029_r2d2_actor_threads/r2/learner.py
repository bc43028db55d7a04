import random

import numpy as np
import torch
import torch.nn.functional as F

from .net import DuelLSTM


class Learner:
    def __init__(self, n_obs, n_act, lr=5e-4, gamma=0.997, burn=5, copy_every=200):
        self.q, self.q_target = DuelLSTM(n_obs, n_act), DuelLSTM(n_obs, n_act)
        self.q_target.load_state_dict(self.q.state_dict())
        self.opt = torch.optim.Adam(self.q.parameters(), lr=lr)
        self.gamma, self.burn, self.copy_every = gamma, burn, copy_every
        self.n = 0

    def _states(self, pieces):
        z = torch.zeros(1, 1, self.q.n_hid)
        pairs = [p[0][4] or (z, z) for p in pieces]
        return torch.cat([h for h, _ in pairs], 1), torch.cat([c for _, c in pairs], 1)

    def update(self, data, batch=32):
        pieces = random.sample(list(data), batch)
        col = lambda i: torch.as_tensor(np.array([[s[i] for s in p] for p in pieces])).transpose(0, 1)  # noqa: E731
        x, a, r, d = col(0), col(1), col(2), col(3)
        hc = self._states(pieces)
        with torch.no_grad():
            _, warm = self.q(x[: self.burn], hc)
            _, warm_t = self.q_target(x[: self.burn], hc)
        q, _ = self.q(x[self.burn :], warm)
        with torch.no_grad():
            qt, _ = self.q_target(x[self.burn :], warm_t)
            boot = qt.gather(-1, q.argmax(-1, keepdim=True)).squeeze(-1)[1:]
            y = r[self.burn : -1] + self.gamma * (1 - d[self.burn : -1]) * boot
        loss = F.mse_loss(q.gather(-1, a[self.burn :].unsqueeze(-1)).squeeze(-1)[:-1], y)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.n += 1
        if self.n % self.copy_every == 0:
            self.q_target.load_state_dict(self.q.state_dict())
        return loss.item()
