import copy
import logging

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from warehouse import MOVES, PickerFloor

log = logging.getLogger("picker")


class PickerNet(nn.Module):
    def __init__(self, n_in, n_out, width=96):
        super().__init__()
        self.width = width
        self.inp = nn.Linear(n_in, width)
        self.gru = nn.GRUCell(width, width)
        self.head = nn.Linear(width, n_out + 1)

    def forward(self, x, h):
        h = self.gru(torch.relu(self.inp(x)), h)
        out = self.head(h)
        return out[:, :-1], out[:, -1], h


class Trainer:
    def __init__(self, lr=7e-4, n_steps=40, gamma=0.97, drop=0.6, check_every=50):
        self.env = PickerFloor()
        self.net = PickerNet(self.env.obs_size, len(MOVES))
        self.lr = lr
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.n_steps, self.gamma = n_steps, gamma
        self.drop, self.check_every = drop, check_every
        self.best_reward = -np.inf
        self.best_weights = copy.deepcopy(self.net.state_dict())
        self.recent = []
        self.restart()

    def restart(self):
        self.obs = self.env.reset()
        self.h = torch.zeros(1, self.net.width)

    def rollback(self):
        self.net.load_state_dict(self.best_weights)
        self.lr *= 0.7
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)

    def collect(self):
        self.h = self.h.detach()
        steps = []
        for _ in range(self.n_steps):
            x = torch.as_tensor(self.obs)[None]
            logits, v, self.h = self.net(x, self.h)
            dist = torch.distributions.Categorical(logits=logits)
            a = dist.sample()
            self.obs, r, done = self.env.step(a.item())
            steps.append((dist.log_prob(a), v, dist.entropy(), r, done))
            self.recent.append(r)
            if done:
                self.restart()
        with torch.no_grad():
            _, boot, _ = self.net(torch.as_tensor(self.obs)[None], self.h)
        return steps, boot

    def loss_of(self, steps, boot):
        ret, pg, vf, ent = boot, 0.0, 0.0, 0.0
        for logp, v, e, r, done in reversed(steps):
            ret = r + self.gamma * ret * (not done)
            adv = ret - v
            pg = pg - logp * adv.detach()
            vf = vf + F.smooth_l1_loss(v, ret)
            ent = ent + e
        return ((pg + 0.5 * vf - 0.01 * ent) / len(steps)).mean()

    def run(self, updates):
        for k in range(1, updates + 1):
            steps, boot = self.collect()
            loss = self.loss_of(steps, boot)
            if not torch.isfinite(loss):
                log.warning("loss is %s at update %d, back to the best weights", loss.item(), k)
                self.rollback()
                self.restart()
                continue
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
            self.opt.step()

            if k % self.check_every == 0:
                mean = float(np.mean(self.recent))
                self.recent.clear()
                if mean > self.best_reward:
                    self.best_reward = mean
                    self.best_weights = copy.deepcopy(self.net.state_dict())
                elif self.best_reward > 0 and mean < self.drop * self.best_reward:
                    log.info("reward %.4f fell below %.4f, rolling back", mean, self.drop * self.best_reward)
                    self.rollback()
                log.info("update %d mean %.4f best %.4f", k, mean, self.best_reward)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(0)
    t = Trainer()
    t.run(20000)
    torch.save(t.best_weights, "picker.pt")
