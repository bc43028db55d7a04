import copy

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

from env import PointingEnv


class RecurrentActorCritic(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(obs_dim, hidden)
        self.cell = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, state):
        h, c = self.cell(torch.relu(self.fc(x)), state)
        return Categorical(logits=self.pi(h)), self.v(h)[:, 0], (h, c)


class Member:
    """One member of the population: a policy, its hyperparameters and its own environment."""

    def __init__(self, idx, hparams):
        self.idx = idx
        self.hparams = dict(hparams)
        self.env = PointingEnv(seed=idx)
        self.model = RecurrentActorCritic(PointingEnv.obs_dim, PointingEnv.n_actions)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=self.hparams["lr"])
        self.returns = []
        self.begin_episode()

    def begin_episode(self):
        self.obs = self.env.reset()
        self.state = (torch.zeros(1, self.model.hidden), torch.zeros(1, self.model.hidden))
        self.ep_return = 0.0

    def train(self, n_steps, unroll=32):
        for _ in range(n_steps // unroll):
            self._train_unroll(unroll)

    def _train_unroll(self, unroll):
        state = tuple(s.detach() for s in self.state)
        logp, values, ents, rews, dones = [], [], [], [], []
        for _ in range(unroll):
            dist, v, state = self.model(torch.from_numpy(self.obs)[None], state)
            a = dist.sample()
            self.obs, r, done = self.env.step(a.item())
            self.ep_return += r
            logp.append(dist.log_prob(a))
            ents.append(dist.entropy())
            values.append(v)
            rews.append(r)
            dones.append(float(done))
            if done:
                self.returns.append(self.ep_return)
                self.begin_episode()
                state = self.state
        self.state = state

        with torch.no_grad():
            ret = self.model(torch.from_numpy(self.obs)[None], state)[1]
        targets = []
        for r, d in zip(rews[::-1], dones[::-1]):
            ret = r + self.hparams["gamma"] * (1 - d) * ret
            targets.insert(0, ret)
        targets, values = torch.cat(targets), torch.cat(values)
        adv = targets - values
        loss = -(torch.cat(logp) * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
        loss -= self.hparams["entropy"] * torch.cat(ents).mean()
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()

    def score(self):
        return float(np.mean(self.returns[-10:])) if self.returns else -np.inf

    def exploit(self, other):
        self.model.load_state_dict(other.model.state_dict())
        self.optimizer.load_state_dict(copy.deepcopy(other.optimizer.state_dict()))
        self.hparams = dict(other.hparams)

    def explore(self, rng):
        for name in self.hparams:
            if name == "gamma":
                continue
            self.hparams[name] *= rng.choice([0.8, 1.25])
        for group in self.optimizer.param_groups:
            group["lr"] = self.hparams["lr"]
