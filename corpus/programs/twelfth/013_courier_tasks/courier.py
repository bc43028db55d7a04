import os

import torch
import torch.nn as nn
from torch.distributions import Categorical


class TaskPolicy(nn.Module):
    def __init__(self, obs_dim, n_actions, n_mem=64):
        super().__init__()
        self.core = nn.LSTMCell(obs_dim, n_mem)
        self.actor = nn.Linear(n_mem, n_actions)
        self.critic = nn.Linear(n_mem, 1)

    def forward(self, obs, mem):
        h, c = self.core(obs, mem)
        return Categorical(logits=self.actor(h)), self.critic(h).squeeze(-1), (h, c)


class Courier:
    """Has a policy of its own for each task and one working memory."""

    def __init__(self, tasks, obs_dim, n_actions, n_mem=64, lr=5e-4):
        self.n_mem = n_mem
        self.policies = {t: TaskPolicy(obs_dim, n_actions, n_mem) for t in tasks}
        self.opts = {t: torch.optim.Adam(p.parameters(), lr=lr) for t, p in self.policies.items()}
        self.begin_shift(tasks[0])

    def begin_shift(self, task):
        self.task = task
        self.policy = self.policies[task]
        self.memory = (torch.zeros(1, self.n_mem), torch.zeros(1, self.n_mem))
        self.trace = []

    def switch(self, task):
        self.task = task
        self.policy = self.policies[task]

    def act(self, obs):
        dist, value, self.memory = self.policy(torch.from_numpy(obs).unsqueeze(0), self.memory)
        action = dist.sample()
        self.trace.append([dist.log_prob(action), dist.entropy(), value, 0.0])
        return action.item()

    def feedback(self, reward):
        self.trace[-1][3] = reward

    def learn(self, gamma=0.97):
        if not self.trace:
            return
        ret, loss = torch.zeros(1), 0.0
        for logp, ent, value, reward in reversed(self.trace):
            ret = reward + gamma * ret
            adv = ret - value
            loss = loss - logp * adv.detach() + 0.5 * adv.pow(2) - 0.01 * ent
        opt = self.opts[self.task]
        opt.zero_grad()
        (loss.sum() / len(self.trace)).backward()
        nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
        opt.step()
        self.memory = tuple(m.detach() for m in self.memory)
        self.trace = []

    def save(self, folder):
        os.makedirs(folder, exist_ok=True)
        for task, policy in self.policies.items():
            torch.save(policy.state_dict(), os.path.join(folder, f"{task}.pt"))
