import argparse
import copy
import random
from collections import deque

import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Categorical

from arena import DuelArena


class Gunner(nn.Module):
    def __init__(self, obs=6, hid=64, act=DuelArena.N_ACT):
        super().__init__()
        self.hid = hid
        self.body = nn.Sequential(nn.Linear(obs, hid), nn.ReLU())
        self.memory = nn.LSTM(hid, hid)
        self.actor = nn.Linear(hid, act)
        self.critic = nn.Linear(hid, 1)

    def zero_state(self, n):
        return (torch.zeros(1, n, self.hid), torch.zeros(1, n, self.hid))

    def forward(self, obs, state):
        y, state = self.memory(self.body(obs).unsqueeze(0), state)
        y = y.squeeze(0)
        return Categorical(logits=self.actor(y)), self.critic(y).squeeze(-1), state


def keep_alive(state, done):
    m = (~done).float().view(1, -1, 1)
    return tuple(s * m for s in state)


class SelfPlay:
    def __init__(self, cfg):
        self.cfg = cfg
        self.arena = DuelArena(cfg.envs)
        self.learner = Gunner()
        self.opponent = Gunner()
        self.opponent.requires_grad_(False)
        self.opt = torch.optim.Adam(self.learner.parameters(), lr=cfg.lr)
        self.pool = deque(maxlen=cfg.pool_size)
        self.add_snapshot()
        self.opponent.load_state_dict(self.pool[0])
        self.obs, self.opp_obs = self.arena.reset()
        self.state = self.learner.zero_state(cfg.envs)
        self.opp_state = self.opponent.zero_state(cfg.envs)
        self.wins = deque(maxlen=400)

    def add_snapshot(self):
        self.pool.append(copy.deepcopy(self.learner.state_dict()))

    def pick_opponent(self):
        if random.random() < 0.5:
            weights = self.pool[-1]
        else:
            weights = random.choice(self.pool)
        self.opponent.load_state_dict(weights)

    def rollout(self):
        logp, value, reward, notdone, entropy = [], [], [], [], []
        self.state = tuple(s.detach() for s in self.state)
        for _ in range(self.cfg.unroll):
            dist, v, self.state = self.learner(self.obs, self.state)
            with torch.no_grad():
                opp_dist, _, self.opp_state = self.opponent(self.opp_obs, self.opp_state)
            act = dist.sample()
            self.obs, self.opp_obs, r, done, win = self.arena.step(act, opp_dist.sample())
            self.state = keep_alive(self.state, done)
            self.opp_state = keep_alive(self.opp_state, done)
            self.wins.extend(win[done].float().tolist())
            logp.append(dist.log_prob(act))
            entropy.append(dist.entropy())
            value.append(v)
            reward.append(r)
            notdone.append((~done).float())
        with torch.no_grad():
            _, ret, _ = self.learner(self.obs, self.state)
        rets = []
        for r, nd in zip(reward[::-1], notdone[::-1]):
            ret = r + 0.99 * nd * ret
            rets.append(ret)
        rets = torch.stack(rets[::-1])
        return torch.stack(logp), torch.stack(value), rets, torch.stack(entropy)

    def update(self):
        logp, value, rets, ent = self.rollout()
        adv = (rets - value).detach()
        loss = -(logp * adv).mean() + 0.5 * F.smooth_l1_loss(value, rets) - 0.01 * ent.mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.learner.parameters(), 0.5)
        self.opt.step()
        return loss.item()

    def train(self):
        for it in range(1, self.cfg.iters + 1):
            loss = self.update()
            if it % self.cfg.snapshot_every == 0:
                self.add_snapshot()
            if it % self.cfg.switch_every == 0:
                self.pick_opponent()
            if it % 50 == 0:
                wr = sum(self.wins) / max(1, len(self.wins))
                print(f"{it:6d} loss {loss:+.3f} win rate {wr:.2f} pool {len(self.pool)}")


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--envs", type=int, default=32)
    ap.add_argument("--unroll", type=int, default=20)
    ap.add_argument("--iters", type=int, default=5000)
    ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--pool-size", type=int, default=20)
    ap.add_argument("--snapshot-every", type=int, default=100)
    ap.add_argument("--switch-every", type=int, default=25)
    SelfPlay(ap.parse_args()).train()
