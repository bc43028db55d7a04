import random

import numpy as np
import torch
import torch.nn.functional as F

from world_model import RSSM


class PlanningAgent:
    def __init__(self, obs_dim=2, act_dim=3, plans=128, depth=12, seq_len=40, batch=16):
        self.wm = RSSM(obs_dim, act_dim)
        self.opt = torch.optim.Adam(self.wm.parameters(), lr=6e-4)
        self.plans, self.depth, self.seq_len, self.batch = plans, depth, seq_len, batch
        self.act_dim = act_dim
        self.episodes = []
        self.new_episode()

    def new_episode(self):
        self.episodes.append([])
        self.latent = self.wm.initial(1)
        self.last_action = torch.zeros(1, self.act_dim)

    @torch.no_grad()
    def act(self, obs, explore=0.1):
        x = torch.from_numpy(obs).unsqueeze(0)
        self.latent, _, _ = self.wm.observe_step(self.latent, self.last_action, x)
        state = tuple(s.repeat(self.plans, 1) for s in self.latent)
        plans = torch.randint(self.act_dim, (self.depth, self.plans))
        value = torch.zeros(self.plans)
        for k in range(self.depth):
            state, _ = self.wm.imagine_step(state, F.one_hot(plans[k], self.act_dim).float())
            value += 0.97 ** k * self.wm.reward(torch.cat(state, -1)).squeeze(-1)
        a = random.randrange(self.act_dim) if random.random() < explore else int(plans[0, value.argmax()])
        self.last_action = F.one_hot(torch.tensor([a]), self.act_dim).float()
        return a

    def remember(self, obs, action, reward):
        self.episodes[-1].append((obs, action, reward))

    def sample(self):
        long_enough = [e for e in self.episodes if len(e) >= self.seq_len]
        rows = []
        for _ in range(self.batch):
            ep = random.choice(long_enough)
            s = random.randint(0, len(ep) - self.seq_len)
            rows.append(ep[s:s + self.seq_len])
        obs, act, rew = (torch.tensor(np.array([[x[i] for x in row] for row in rows])).transpose(0, 1) for i in range(3))
        return obs.float(), F.one_hot(act.long(), self.act_dim).float(), rew.float()

    def fit(self, n=20):
        losses = []
        for _ in range(n):
            loss = self.wm.loss(*self.sample())
            self.opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.wm.parameters(), 100.0)
            self.opt.step()
            losses.append(loss.item())
        return float(np.mean(losses))
