import argparse
import glob
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

from arena import Arena


class RActor(nn.Module):
    def __init__(self, obs_dim, hidden=64, n_actions=5):
        super().__init__()
        self.fc = nn.Linear(obs_dim, hidden)
        self.rnn = nn.GRUCell(hidden, hidden)
        self.out = nn.Linear(hidden, n_actions)

    def forward(self, obs, h, mask):
        h = self.rnn(F.relu(self.fc(obs)), h * mask)
        return Categorical(logits=self.out(h)), h


class CentralCritic(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(dim, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 1))

    def forward(self, joint):
        return self.net(joint).squeeze(-1)


class MAPPOTrainer:
    def __init__(self, cfg):
        self.cfg = cfg
        self.env = Arena(cfg.n_envs)
        k, d = self.env.k, self.env.obs_dim
        self.actor = RActor(d, cfg.hidden)          # one net for all the pursuers
        self.critic = CentralCritic(k * d)
        self.evader = RActor(d, cfg.hidden)
        self.opt = torch.optim.Adam([*self.actor.parameters(), *self.critic.parameters()], lr=cfg.lr, eps=1e-5)
        self.chase_obs, self.flee_obs = self.env.reset()
        self.rnn_states = torch.zeros(cfg.n_envs * k, cfg.hidden)
        self.evader_states = torch.zeros(cfg.n_envs, cfg.hidden)
        self.masks = torch.ones(cfg.n_envs, 1)

    def sample_evader(self):
        files = glob.glob(self.cfg.evaders)
        if files:
            self.evader.load_state_dict(torch.load(random.choice(files), map_location="cpu"))

    def collect(self):
        k, n = self.env.k, self.cfg.n_envs
        start = self.rnn_states.clone()
        buf = {x: [] for x in ("obs", "act", "logp", "val", "rew", "mask", "done")}
        for _ in range(self.cfg.horizon):
            obs = torch.from_numpy(self.chase_obs)
            agent_mask = self.masks.repeat_interleave(k, 0)
            with torch.no_grad():
                dist, self.rnn_states = self.actor(obs.reshape(n * k, -1), self.rnn_states, agent_mask)
                flee, self.evader_states = self.evader(
                    torch.from_numpy(self.flee_obs), self.evader_states, self.masks)
                value = self.critic(obs.reshape(n, -1))
            act = dist.sample()
            (self.chase_obs, self.flee_obs), rew, done = self.env.step(
                act.view(n, k).numpy(), flee.sample().numpy())
            for key, x in zip(buf, (obs, act, dist.log_prob(act), value, torch.from_numpy(rew), agent_mask,
                                    torch.from_numpy(done).float())):
                buf[key].append(x)
            self.masks = torch.from_numpy(1.0 - done.astype(np.float32))[:, None]
        with torch.no_grad():
            last = self.critic(torch.from_numpy(self.chase_obs).reshape(n, -1))
        return start, {key: torch.stack(x) for key, x in buf.items()}, last

    def update(self, start, b, last):
        k, n, T = self.env.k, self.cfg.n_envs, self.cfg.horizon
        adv, g = torch.zeros(T, n), torch.zeros(n)
        for t in reversed(range(T)):
            nxt = last if t == T - 1 else b["val"][t + 1]
            nd = 1 - b["done"][t]
            delta = b["rew"][t] + 0.99 * nxt * nd - b["val"][t]
            g = delta + 0.99 * 0.95 * nd * g
            adv[t] = g
        ret = adv + b["val"]
        norm = ((adv - adv.mean()) / (adv.std() + 1e-8)).repeat_interleave(k, 1)
        for _ in range(self.cfg.epochs):
            h, logp, ent = start, [], []
            for t in range(T):
                dist, h = self.actor(b["obs"][t].reshape(n * k, -1), h, b["mask"][t])
                logp.append(dist.log_prob(b["act"][t]))
                ent.append(dist.entropy())
            ratio = (torch.stack(logp) - b["logp"]).exp()
            policy_loss = -torch.min(ratio * norm, ratio.clamp(0.8, 1.2) * norm).mean()
            value_loss = F.mse_loss(self.critic(b["obs"].reshape(T, n, -1)), ret)
            loss = policy_loss + 0.5 * value_loss - 0.01 * torch.stack(ent).mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.actor.parameters(), 10.0)
            self.opt.step()

    def run(self):
        self.sample_evader()
        for it in range(self.cfg.iters):
            if it > 0 and it % self.cfg.evader_every == 0:
                self.sample_evader()
            start, batch, last = self.collect()
            self.update(start, batch, last)
            if it % 20 == 0:
                print(f"{it:5d} reward {batch['rew'].mean():.4f}")
                torch.save(self.actor.state_dict(), "pursuers.pt")


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--n-envs", type=int, default=32)
    p.add_argument("--horizon", type=int, default=64)
    p.add_argument("--hidden", type=int, default=64)
    p.add_argument("--epochs", type=int, default=5)
    p.add_argument("--iters", type=int, default=4000)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--evader-every", type=int, default=10)
    p.add_argument("--evaders", default="evaders/*.pt")
    MAPPOTrainer(p.parse_args()).run()
