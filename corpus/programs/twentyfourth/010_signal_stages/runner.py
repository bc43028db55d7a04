from pathlib import Path

import torch
from torch import nn

from crossing import Crossing


class CrossingPolicy(nn.Module):
    def __init__(self, n_obs, n_act, n_hid=48):
        super().__init__()
        self.n_hid = n_hid
        self.lstm = nn.LSTMCell(n_obs, n_hid)
        self.pi = nn.Linear(n_hid, n_act)
        self.val = nn.Linear(n_hid, 1)

    def initial(self, batch):
        return torch.zeros(batch, self.n_hid), torch.zeros(batch, self.n_hid)

    def forward(self, obs, carry):
        carry = self.lstm(obs, carry)
        return self.pi(carry[0]), self.val(carry[0]).squeeze(1), carry


class StagedRunner:
    def __init__(self, workdir, level, n_envs=10):
        self.workdir = Path(workdir)
        self.workdir.mkdir(parents=True, exist_ok=True)
        self.n_envs = n_envs
        self.policy = CrossingPolicy(Crossing.n_obs, Crossing.n_act)
        self.optim = torch.optim.Adam(self.policy.parameters(), 1e-3)
        self.enter(level)

    def enter(self, level):
        self.level = level
        self.envs = [Crossing(level) for _ in range(self.n_envs)]
        self.obs = torch.tensor([e.reset() for e in self.envs])
        self.carry = self.policy.initial(self.n_envs)

    def checkpoint(self):
        torch.save({"policy": self.policy.state_dict(), "optim": self.optim.state_dict()}, self.file(self.level))

    def file(self, level):
        return self.workdir / f"{level.name}.pt"

    def resume(self, source, level):
        blob = torch.load(self.file(source))
        self.policy.load_state_dict(blob["policy"])
        self.optim.load_state_dict(blob["optim"])
        self.enter(level)

    def segment(self, length=50):
        carry = tuple(c.detach() for c in self.carry)
        lp, val, rew, live = [], [], [], []
        for _ in range(length):
            logits, v, carry = self.policy(self.obs, carry)
            dist = torch.distributions.Categorical(logits=logits)
            act = dist.sample()
            nxt, r, m = [], [], []
            for env, a in zip(self.envs, act.tolist()):
                o, reward, done = env.step(a)
                nxt.append(env.reset() if done else o)
                r.append(reward)
                m.append(0.0 if done else 1.0)
            m = torch.tensor(m)
            carry = tuple(c * m[:, None] for c in carry)
            self.obs = torch.tensor(nxt)
            lp.append(dist.log_prob(act))
            val.append(v)
            rew.append(torch.tensor(r))
            live.append(m)
        self.carry = tuple(c.detach() for c in carry)
        return lp, val, rew, live

    def train_segment(self):
        lp, val, rew, live = self.segment()
        with torch.no_grad():
            g = self.policy(self.obs, self.carry)[1]
        loss = 0.0
        for t in range(len(rew) - 1, -1, -1):
            g = rew[t] + 0.98 * live[t] * g
            loss = loss + ((g - val[t]) ** 2 - lp[t] * (g - val[t]).detach()).mean()
        self.optim.zero_grad()
        (loss / len(rew)).backward()
        self.optim.step()
        return torch.stack(rew).mean().item()
