import os
import random
from dataclasses import dataclass

import numpy as np
import pufferlib.vector
import torch
from torch import nn

from dungeon import make_env


@dataclass
class Config:
    member: int = 0
    members: int = 4
    num_envs: int = 64
    horizon: int = 64
    updates: int = 4000
    lr: float = 1e-3
    gamma: float = 0.99
    clip: float = 0.2
    exploit_every: int = 50
    pbt_dir: str = "pbt"


class Policy(nn.Module):
    def __init__(self, n_obs, n_act, hidden=128):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(n_obs, hidden), nn.ReLU())
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.actor = nn.Linear(hidden, n_act)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, obs, state):
        h, c = self.lstm(self.encoder(obs), state)
        return torch.distributions.Categorical(logits=self.actor(h)), self.critic(h)[:, 0], (h, c)


class Trainer:
    def __init__(self, cfg):
        self.cfg = cfg
        self.vecenv = pufferlib.vector.make(make_env, num_envs=cfg.num_envs, backend=pufferlib.vector.Serial)
        self.policy = Policy(6, self.vecenv.single_action_space.n)
        self.opt = torch.optim.Adam(self.policy.parameters(), lr=cfg.lr, eps=1e-5)
        self.obs, _ = self.vecenv.reset(seed=cfg.member)
        self.lstm_h = torch.zeros(cfg.num_envs, 128)
        self.lstm_c = torch.zeros(cfg.num_envs, 128)
        self.running = np.zeros(cfg.num_envs)
        self.returns = []
        os.makedirs(cfg.pbt_dir, exist_ok=True)

    def evaluate(self):
        buf = {"h": self.lstm_h, "c": self.lstm_c, "obs": [], "act": [], "logp": [], "val": [], "rew": [], "keep": []}
        for _ in range(self.cfg.horizon):
            o = torch.as_tensor(self.obs.copy())
            with torch.no_grad():
                dist, val, (self.lstm_h, self.lstm_c) = self.policy(o, (self.lstm_h, self.lstm_c))
            act = dist.sample()
            self.obs, rew, term, trunc, _ = self.vecenv.step(act.numpy())
            done = np.logical_or(term, trunc)
            keep = torch.as_tensor(1.0 - done, dtype=torch.float32)
            self.lstm_h = self.lstm_h * keep[:, None]
            self.lstm_c = self.lstm_c * keep[:, None]
            for k, v in zip(("obs", "act", "logp", "val", "rew", "keep"),
                            (o, act, dist.log_prob(act), val, torch.as_tensor(rew.copy()), keep)):
                buf[k].append(v)
            self.running += rew
            self.returns.extend(self.running[done].tolist())
            self.running[done] = 0
        with torch.no_grad():
            _, buf["boot"], _ = self.policy(torch.as_tensor(self.obs.copy()), (self.lstm_h, self.lstm_c))
        return buf

    def train(self, buf):
        g, rets = buf["boot"], []
        for r, k in zip(reversed(buf["rew"]), reversed(buf["keep"])):
            g = r + self.cfg.gamma * k * g
            rets.insert(0, g)
        rets, old = torch.stack(rets), torch.stack(buf["logp"])
        adv = rets - torch.stack(buf["val"])
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(3):
            h, c = buf["h"], buf["c"]
            logp, val, ent = [], [], []
            for o, a, k in zip(buf["obs"], buf["act"], buf["keep"]):
                dist, v, (h, c) = self.policy(o, (h, c))
                h, c = h * k[:, None], c * k[:, None]
                logp.append(dist.log_prob(a))
                val.append(v)
                ent.append(dist.entropy())
            ratio = (torch.stack(logp) - old).exp()
            pg = -torch.min(ratio * adv, ratio.clamp(1 - self.cfg.clip, 1 + self.cfg.clip) * adv).mean()
            loss = pg + 0.5 * (torch.stack(val) - rets).pow(2).mean() - 0.01 * torch.stack(ent).mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
            self.opt.step()

    def member_file(self, i):
        return os.path.join(self.cfg.pbt_dir, f"member_{i}.pt")

    def exploit(self):
        score = float(np.mean(self.returns[-200:])) if self.returns else -1e9
        torch.save({"score": score, "lr": self.opt.param_groups[0]["lr"], "policy": self.policy.state_dict()},
                   self.member_file(self.cfg.member))
        others = [torch.load(self.member_file(i)) for i in range(self.cfg.members)
                  if i != self.cfg.member and os.path.exists(self.member_file(i))]
        if not others:
            return
        top = max(others, key=lambda m: m["score"])
        if top["score"] > score + 0.5:
            self.policy.load_state_dict(top["policy"])
            self.opt.param_groups[0]["lr"] = top["lr"] * random.choice([0.8, 1.25])
            self.returns.clear()
            print(f"member {self.cfg.member}: {score:.2f} -> copied {top['score']:.2f}")

    def run(self):
        for update in range(1, self.cfg.updates + 1):
            self.train(self.evaluate())
            if update % self.cfg.exploit_every == 0:
                self.exploit()


if __name__ == "__main__":
    import sys
    Trainer(Config(member=int(sys.argv[1]))).run()
