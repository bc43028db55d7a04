from collections import deque

import gymnasium as gym
import numpy as np
import ray
import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Categorical


class LSTMPolicy(nn.Module):
    def __init__(self, obs_dim: int, n_actions: int, hidden: int = 64):
        super().__init__()
        self.hidden = hidden
        self.encoder = nn.Linear(obs_dim, hidden)
        self.lstm = nn.LSTM(hidden, hidden)
        self.actor = nn.Linear(hidden, n_actions)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, obs, state, mask):
        h, c = state
        x = F.relu(self.encoder(obs))
        m = mask.view(1, -1, 1)
        out, state = self.lstm(x.unsqueeze(0), (h * m, c * m))
        out = out.squeeze(0)
        return self.actor(out), self.critic(out).squeeze(-1), state

    def initial(self, n: int):
        return torch.zeros(1, n, self.hidden), torch.zeros(1, n, self.hidden)


@ray.remote(num_cpus=1)
class Trainer:
    """One member of the population; keeps its environments running between calls."""

    def __init__(self, index: int, env_id: str, num_envs: int, lr: float, seed: int):
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        self.index = index
        self.num_envs = num_envs
        self.envs = gym.make_vec(env_id, num_envs=num_envs)
        self.obs, _ = self.envs.reset(seed=seed)
        self.policy = LSTMPolicy(self.envs.single_observation_space.shape[0], self.envs.single_action_space.n)
        self.opt = torch.optim.RMSprop(self.policy.parameters(), lr=lr)
        self.state = self.policy.initial(num_envs)
        self.mask = torch.zeros(num_envs)
        self.ent_coef = 0.01
        self.running = np.zeros(num_envs)
        self.returns = deque(maxlen=100)

    def train(self, updates: int, unroll: int = 20) -> dict:
        for _ in range(updates):
            self._update(unroll)
        return {"index": self.index, "score": float(np.mean(self.returns)) if self.returns else float("-inf")}

    def _update(self, unroll: int) -> None:
        self.state = tuple(s.detach() for s in self.state)
        logps, ents, vals, rews, masks = [], [], [], [], []
        for _ in range(unroll):
            logits, value, self.state = self.policy(torch.as_tensor(self.obs, dtype=torch.float32), self.state, self.mask)
            dist = Categorical(logits=logits)
            action = dist.sample()
            self.obs, reward, term, trunc, _ = self.envs.step(action.numpy())
            done = term | trunc
            self.running += reward
            for i in np.flatnonzero(done):
                self.returns.append(self.running[i])
                self.running[i] = 0.0
            self.mask = torch.as_tensor(~done, dtype=torch.float32)
            logps.append(dist.log_prob(action))
            ents.append(dist.entropy())
            vals.append(value)
            rews.append(torch.as_tensor(reward, dtype=torch.float32))
            masks.append(self.mask)
        with torch.no_grad():
            ret = self.policy(torch.as_tensor(self.obs, dtype=torch.float32), self.state, self.mask)[1]
        loss = 0.0
        for t in reversed(range(unroll)):
            ret = rews[t] + 0.99 * masks[t] * ret
            adv = ret - vals[t]
            loss = loss + (0.5 * adv.pow(2) - adv.detach() * logps[t] - self.ent_coef * ents[t]).mean()
        self.opt.zero_grad()
        (loss / unroll).backward()
        nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
        self.opt.step()

    def export(self) -> dict:
        return {
            "policy": {k: v.clone() for k, v in self.policy.state_dict().items()},
            "opt": self.opt.state_dict(),
            "lr": self.opt.param_groups[0]["lr"],
            "ent_coef": self.ent_coef,
        }

    def exploit(self, blob: dict, factor: float) -> None:
        self.policy.load_state_dict(blob["policy"])
        self.opt.load_state_dict(blob["opt"])
        for g in self.opt.param_groups:
            g["lr"] = blob["lr"] * factor
        self.ent_coef = blob["ent_coef"] * factor
        self.returns.clear()
