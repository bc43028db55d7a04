"""Recurrent A2C with self-play for the curling end."""
from __future__ import annotations

import argparse
import copy
import random
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

from curling import ACTIONS, CurlingEnd

OBS_DIM = 5


@dataclass
class Config:
    hidden: int = 64
    rollout_len: int = 21
    updates: int = 5000
    gamma: float = 0.99
    lr: float = 3e-4
    ent_coef: float = 0.01
    snapshot_every: int = 100     # updates
    opponent_every: int = 25      # updates
    pool_size: int = 20
    seed: int = 1


class SkipNet(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(OBS_DIM, hidden)
        self.rnn = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, ACTIONS)
        self.v = nn.Linear(hidden, 1)

    def initial_state(self) -> torch.Tensor:
        return torch.zeros(1, self.hidden)

    def forward(self, obs: torch.Tensor, h: torch.Tensor):
        h = self.rnn(F.relu(self.inp(obs)), h)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h


class SelfPlay:
    def __init__(self, cfg: Config) -> None:
        self.cfg = cfg
        self.env = CurlingEnd(cfg.seed)
        self.net = SkipNet(cfg.hidden)
        self.opponent = SkipNet(cfg.hidden)
        self.opponent.load_state_dict(self.net.state_dict())
        self.opponent.eval()
        self.optim = torch.optim.Adam(self.net.parameters(), lr=cfg.lr)
        self.pool = [copy.deepcopy(self.net.state_dict())]

        self.obs, self.opp_obs = self.env.reset()
        self.h = self.net.initial_state()
        self.opp_h = self.opponent.initial_state()
        self.results: list[float] = []

    def pick_opponent(self) -> None:
        weights = random.choice(self.pool)
        self.opponent.load_state_dict(weights)

    def snapshot(self) -> None:
        self.pool.append(copy.deepcopy(self.net.state_dict()))
        if len(self.pool) > self.cfg.pool_size:
            self.pool.pop(0)

    def rollout(self):
        self.h = self.h.detach()
        logps, values, entropies, rewards, dones = [], [], [], [], []
        for _ in range(self.cfg.rollout_len):
            obs = torch.as_tensor(self.obs).unsqueeze(0)
            dist, value, self.h = self.net(obs, self.h)
            action = dist.sample()

            with torch.no_grad():
                opp_obs = torch.as_tensor(self.opp_obs).unsqueeze(0)
                opp_dist, _, self.opp_h = self.opponent(opp_obs, self.opp_h)
                opp_action = opp_dist.sample()

            (self.obs, self.opp_obs), reward, done = self.env.step(action.item(), opp_action.item())
            logps.append(dist.log_prob(action))
            values.append(value)
            entropies.append(dist.entropy())
            rewards.append(reward)
            dones.append(done)

            if done:
                self.results.append(reward)
                self.obs, self.opp_obs = self.env.reset()
                self.h = self.net.initial_state()
                self.opp_h = self.opponent.initial_state()

        with torch.no_grad():
            _, bootstrap, _ = self.net(torch.as_tensor(self.obs).unsqueeze(0), self.h)
        return logps, values, entropies, rewards, dones, bootstrap

    def update(self) -> float:
        logps, values, entropies, rewards, dones, ret = self.rollout()
        returns = []
        for r, d in zip(reversed(rewards), reversed(dones)):
            ret = r + self.cfg.gamma * ret * (1.0 - float(d))
            returns.append(ret)
        returns = torch.cat(returns[::-1])
        values = torch.cat(values)
        adv = (returns - values).detach()
        loss = -(torch.cat(logps) * adv).mean()
        loss = loss + 0.5 * F.mse_loss(values, returns)
        loss = loss - self.cfg.ent_coef * torch.cat(entropies).mean()
        self.optim.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.optim.step()
        return loss.item()

    def train(self) -> None:
        for i in range(1, self.cfg.updates + 1):
            loss = self.update()
            if i % self.cfg.snapshot_every == 0:
                self.snapshot()
            if i % self.cfg.opponent_every == 0:
                self.pick_opponent()
                recent = self.results[-100:]
                rate = sum(r > 0 for r in recent) / max(len(recent), 1)
                print(f"update {i:5d}  loss {loss:7.3f}  win rate {rate:.2f}  pool {len(self.pool)}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--updates", type=int, default=Config.updates)
    parser.add_argument("--seed", type=int, default=Config.seed)
    parser.add_argument("--out", default="curling.pt")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    random.seed(args.seed)
    trainer = SelfPlay(Config(updates=args.updates, seed=args.seed))
    trainer.train()
    torch.save(trainer.net.state_dict(), args.out)


if __name__ == "__main__":
    main()
