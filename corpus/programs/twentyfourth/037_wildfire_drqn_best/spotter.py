import random
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F


class RecurrentQ(nn.Module):
    def __init__(self, obs=4, hid=64, act=4):
        super().__init__()
        self.enc = nn.Linear(obs, hid)
        self.lstm = nn.LSTM(hid, hid, batch_first=True)
        self.q = nn.Linear(hid, act)
        self.state = None

    def clear(self):
        self.state = None

    @torch.no_grad()
    def step(self, obs):
        x = torch.relu(self.enc(torch.as_tensor(obs))).view(1, 1, -1)
        y, self.state = self.lstm(x, self.state)
        return self.q(y[0, 0])

    def unroll(self, seq):
        y, _ = self.lstm(torch.relu(self.enc(seq)))
        return self.q(y)


class Spotter:
    def __init__(self, lr=5e-4, gamma=0.97, capacity=400, batch=16):
        self.online, self.target = RecurrentQ(), RecurrentQ()
        self.target.load_state_dict(self.online.state_dict())
        self.opt = torch.optim.Adam(self.online.parameters(), lr=lr)
        self.memory = deque(maxlen=capacity)
        self.gamma, self.batch = gamma, batch
        self.best = {k: v.clone() for k, v in self.online.state_dict().items()}
        self.best_score = -1e9

    def begin(self):
        self.online.clear()

    def act(self, obs, eps):
        q = self.online.step(obs)
        return random.randrange(4) if random.random() < eps else int(q.argmax())

    def keep_if_best(self, score):
        if score > self.best_score:
            self.best_score = score
            self.best = {k: v.clone() for k, v in self.online.state_dict().items()}

    def back_to_best(self):
        self.online.load_state_dict(self.best)
        self.target.load_state_dict(self.best)

    def learn(self):
        eps = random.sample(self.memory, self.batch)
        obs = torch.stack([e[0] for e in eps])
        act = torch.stack([e[1] for e in eps])
        rew = torch.stack([e[2] for e in eps])
        q = self.online.unroll(obs[:, :-1]).gather(-1, act.unsqueeze(-1)).squeeze(-1)
        with torch.no_grad():
            nxt = self.target.unroll(obs).max(-1).values[:, 1:]
        loss = F.smooth_l1_loss(q, rew + self.gamma * nxt)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return loss.item()
