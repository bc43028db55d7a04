import copy

import numpy as np
import torch
import torch.nn.functional as F

from .networks import RecurrentQ


class SeqLearner:
    def __init__(self, obs_dim, n_actions, lr=5e-4, gamma=0.98, burn_in=5, target_period=250):
        self.online = RecurrentQ(obs_dim, n_actions)
        self.target = copy.deepcopy(self.online)
        self.opt = torch.optim.Adam(self.online.parameters(), lr=lr)
        self.gamma = gamma
        self.burn_in = burn_in
        self.target_period = target_period
        self.updates = 0

    def update(self, sequences, weights):
        obs = torch.as_tensor(np.stack([[r[0] for r in s] for s in sequences]))
        act = torch.as_tensor([[r[1] for r in s] for s in sequences])
        rew = torch.as_tensor([[r[2] for r in s] for s in sequences], dtype=torch.float32)
        term = torch.as_tensor([[r[3] for r in s] for s in sequences], dtype=torch.float32)
        h0 = torch.cat([s[0][4] for s in sequences], dim=1)
        k = self.burn_in
        with torch.no_grad():
            _, h = self.online(obs[:, :k], h0)
            _, th = self.target(obs[:, :k], h0)
        q, _ = self.online(obs[:, k:], h)
        with torch.no_grad():
            tq, _ = self.target(obs[:, k:], th)
            best = q.argmax(-1, keepdim=True)
            boot = tq.gather(-1, best).squeeze(-1)[:, 1:]
            y = rew[:, k:-1] + self.gamma * (1 - term[:, k:-1]) * boot
        qa = q.gather(-1, act[:, k:].unsqueeze(-1)).squeeze(-1)[:, :-1]
        td = y - qa
        loss = (torch.as_tensor(weights, dtype=torch.float32).unsqueeze(1) * F.smooth_l1_loss(qa, y, reduction="none")).mean()
        self.opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.online.parameters(), 10.0)
        self.opt.step()
        self.updates += 1
        if self.updates % self.target_period == 0:
            self.target.load_state_dict(self.online.state_dict())
        return td.detach().abs().mean(1).tolist(), float(loss.detach())
