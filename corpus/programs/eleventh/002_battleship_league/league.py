from __future__ import annotations

import copy
import random

import torch
from torch import nn
from torch.distributions import Categorical

from sea import CELLS, BattleshipBatch


class Gunner(nn.Module):
    def __init__(self, hidden: int = 128) -> None:
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRU(CELLS + 2, hidden)
        self.actor = nn.Linear(hidden, CELLS)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, obs: torch.Tensor, h: torch.Tensor):
        y, h = self.gru(obs.unsqueeze(0), h)
        return Categorical(logits=self.actor(y[0])), self.critic(y[0]).squeeze(-1), h


class SelfPlay:
    def __init__(self, games: int = 64, steps: int = 16, swap_every: int = 25, save_every: int = 100) -> None:
        self.steps, self.swap_every, self.save_every = steps, swap_every, save_every
        self.sea = BattleshipBatch(games)
        self.net = Gunner()
        self.rival = copy.deepcopy(self.net).requires_grad_(False)
        self.pool = [copy.deepcopy(self.net.state_dict())]
        self.opt = torch.optim.Adam(self.net.parameters(), lr=3e-4)
        self.obs, self.rival_obs = self.sea.begin()
        self.h = torch.zeros(1, games, self.net.hidden)
        self.rival_h = torch.zeros(1, games, self.net.hidden)

    def update(self) -> tuple[float, float]:
        h = self.h.detach()
        logps, values, rewards, goes_on, entropy = [], [], [], [], []
        for _ in range(self.steps):
            pi, v, h = self.net(self.obs, h)
            shot = pi.sample()
            rival_pi, _, self.rival_h = self.rival(self.rival_obs, self.rival_h)
            (self.obs, self.rival_obs), r, done = self.sea.fire(shot, rival_pi.sample())
            alive = (~done).float()
            h = h * alive.view(1, -1, 1)
            self.rival_h = self.rival_h * alive.view(1, -1, 1)
            logps.append(pi.log_prob(shot))
            entropy.append(pi.entropy())
            values.append(v)
            rewards.append(r)
            goes_on.append(alive)
        with torch.no_grad():
            _, ret, _ = self.net(self.obs, h)
        targets = []
        for r, k in zip(reversed(rewards), reversed(goes_on)):
            ret = r + 0.97 * k * ret
            targets.append(ret)
        target, value = torch.stack(targets[::-1]), torch.stack(values)
        adv = (target - value).detach()
        loss = -(torch.stack(logps) * adv).mean() + 0.5 * (target - value).pow(2).mean()
        loss = loss - 0.01 * torch.stack(entropy).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        self.h = h.detach()
        return loss.item(), torch.stack(rewards).mean().item()

    def run(self, updates: int) -> None:
        for u in range(1, updates + 1):
            loss, reward = self.update()
            if u % self.save_every == 0:
                self.pool.append(copy.deepcopy(self.net.state_dict()))
                print(f"{u:6d} loss {loss:.3f} reward {reward:+.3f} pool {len(self.pool)}")
            if u % self.swap_every == 0:
                self.rival.load_state_dict(random.choice(self.pool))


if __name__ == "__main__":
    torch.manual_seed(0)
    SelfPlay().run(20_000)
