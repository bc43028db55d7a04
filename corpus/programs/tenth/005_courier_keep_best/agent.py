import copy

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical


class CourierNet(nn.Module):
    def __init__(self, n_in=5, n_hidden=80, n_act=4):
        super().__init__()
        self.n_hidden = n_hidden
        self.fc = nn.Linear(n_in, n_hidden)
        self.lstm = nn.LSTMCell(n_hidden, n_hidden)
        self.pi = nn.Linear(n_hidden, n_act)
        self.v = nn.Linear(n_hidden, 1)

    def zeros(self):
        return torch.zeros(1, self.n_hidden), torch.zeros(1, self.n_hidden)

    def forward(self, obs, carry):
        carry = self.lstm(F.relu(self.fc(obs)), carry)
        return self.pi(carry[0]), self.v(carry[0]), carry


class Agent:
    def __init__(self, env, lr=7e-4, gamma=0.97):
        self.env = env
        self.net = CourierNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.gamma = gamma
        self.obs = env.reset()
        self.carry = self.net.zeros()
        self.best_score = float("-inf")
        self.best_weights = copy.deepcopy(self.net.state_dict())

    def train_segment(self, n):
        steps = []
        carry = tuple(c.detach() for c in self.carry)
        for _ in range(n):
            logits, v, carry = self.net(torch.tensor([self.obs]), carry)
            dist = Categorical(logits=logits)
            a = dist.sample()
            self.obs, r, done = self.env.step(a.item())
            steps.append((dist.log_prob(a), v, r, done, dist.entropy()))
            if done:
                self.obs = self.env.reset()
                carry = self.net.zeros()
        self.carry = carry
        with torch.no_grad():
            R = self.net(torch.tensor([self.obs]), carry)[1]
        loss = 0.0
        for logp, v, r, done, ent in reversed(steps):
            R = r + self.gamma * R * (0.0 if done else 1.0)
            adv = R - v
            loss = loss - logp * adv.detach() + 0.5 * adv.pow(2) - 0.01 * ent
        self.opt.zero_grad()
        (loss.sum() / n).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()

    @torch.no_grad()
    def evaluate(self, env, episodes):
        total = 0.0
        for _ in range(episodes):
            obs, done, carry = env.reset(), False, self.net.zeros()
            while not done:
                logits, _, carry = self.net(torch.tensor([obs]), carry)
                obs, r, done = env.step(logits.argmax(-1).item())
                total += r
        return total / episodes

    def keep_best(self, score):
        if score > self.best_score:
            self.best_score = score
            self.best_weights = copy.deepcopy(self.net.state_dict())
        else:
            self.net.load_state_dict(self.best_weights)
