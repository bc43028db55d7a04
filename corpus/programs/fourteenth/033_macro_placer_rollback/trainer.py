import copy
import os

import hydra
import numpy as np
import torch
import torch.nn as nn
from hydra.core.config_store import ConfigStore

from config import TrainConfig

ConfigStore.instance().store(name="train", node=TrainConfig)


class PlacementBatch:
    """n canvases; at each step one macro is put on a grid cell. Reward is the negative added wirelength."""

    def __init__(self, cfg, n, rng):
        self.cfg, self.n, self.rng = cfg, n, rng
        self.obs_dim = cfg.macros + 3
        self.n_act = cfg.grid ** 2
        self.pos = np.zeros((n, cfg.macros, 2))
        self.adj = np.zeros((n, cfg.macros, cfg.macros))
        self.t = np.zeros(n, dtype=int)

    def _new(self, i):
        self.adj[i] = 0
        for a, b in self.rng.integers(self.cfg.macros, size=(self.cfg.nets, 2)):
            self.adj[i, a, b] = self.adj[i, b, a] = 1
        self.t[i] = 0

    def _obs(self):
        rows = []
        for i in range(self.n):
            t = self.t[i]
            last = self.pos[i, t - 1] / self.cfg.grid if t else np.zeros(2)
            rows.append(np.concatenate([self.adj[i, t], last, [t / self.cfg.macros]]))
        return torch.tensor(np.array(rows), dtype=torch.float32)

    def reset(self):
        for i in range(self.n):
            self._new(i)
        return self._obs()

    def step(self, acts):
        rew, done = np.zeros(self.n), np.zeros(self.n)
        for i, a in enumerate(acts):
            t = self.t[i]
            xy = np.array(divmod(int(a), self.cfg.grid))
            self.pos[i, t] = xy
            linked = self.pos[i, :t][self.adj[i, t, :t] > 0]
            rew[i] = -np.abs(linked - xy).sum() / self.cfg.grid - 2.0 * (self.pos[i, :t] == xy).all(1).any()
            self.t[i] += 1
            if self.t[i] == self.cfg.macros:
                done[i] = 1
                self._new(i)
        return self._obs(), torch.tensor(rew).float(), torch.tensor(done).float()


class PlacerNet(nn.Module):
    def __init__(self, obs_dim, n_act, hidden):
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Sequential(nn.Linear(obs_dim, hidden), nn.ReLU())
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.pi, self.v = nn.Linear(hidden, n_act), nn.Linear(hidden, 1)

    def zeros(self, n):
        return torch.zeros(n, self.hidden), torch.zeros(n, self.hidden)

    def forward(self, obs, hc, done):
        keep = (1 - done).unsqueeze(-1)
        h, c = self.lstm(self.enc(obs), (hc[0] * keep, hc[1] * keep))
        return torch.distributions.Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), (h, c)


class Trainer:
    def __init__(self, cfg):
        self.cfg, self.p = cfg, cfg.ppo
        self.env = PlacementBatch(cfg.env, self.p.n_envs, np.random.default_rng(cfg.seed))
        self.net = PlacerNet(self.env.obs_dim, self.env.n_act, self.p.hidden)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.p.lr)
        self.start_update, self.best, self.best_score, self.bad = 0, None, -float("inf"), 0
        if cfg.resume and os.path.exists(cfg.resume):
            ck = torch.load(cfg.resume)
            self.net.load_state_dict(ck["net"])
            self.opt.load_state_dict(ck["opt"])
            self.start_update = ck["update"]
        self.open_canvases()

    def open_canvases(self):
        self.obs = self.env.reset()
        self.hc = self.net.zeros(self.p.n_envs)
        self.done = torch.zeros(self.p.n_envs)

    @torch.no_grad()
    def collect(self):
        start, roll = self.hc, []
        for _ in range(self.p.rollout):
            dist, v, self.hc = self.net(self.obs, self.hc, self.done)
            a = dist.sample()
            nxt, r, d = self.env.step(a.numpy())
            roll.append((self.obs, self.done, a, dist.log_prob(a), v, r, d))
            self.obs, self.done = nxt, d
        last = self.net(self.obs, self.hc, self.done)[1]
        obs, starts, acts, logp, vals, rews, dones = map(torch.stack, zip(*roll))
        adv, g = torch.zeros_like(rews), torch.zeros(self.p.n_envs)
        for t in reversed(range(self.p.rollout)):
            nv = vals[t + 1] if t + 1 < self.p.rollout else last
            delta = rews[t] + self.p.gamma * nv * (1 - dones[t]) - vals[t]
            g = delta + self.p.gamma * self.p.lam * (1 - dones[t]) * g
            adv[t] = g
        return start, obs, starts, acts, logp, adv, adv + vals, rews.mean().item()

    def learn(self, start, obs, starts, acts, logp_old, adv, ret):
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(self.p.epochs):
            hc, lp, vs, ent = start, [], [], 0.0
            for t in range(self.p.rollout):
                dist, v, hc = self.net(obs[t], hc, starts[t])
                lp.append(dist.log_prob(acts[t]))
                vs.append(v)
                ent = ent + dist.entropy().mean() / self.p.rollout
            ratio = (torch.stack(lp) - logp_old).exp()
            pg = -torch.min(ratio * adv, ratio.clamp(1 - self.p.clip, 1 + self.p.clip) * adv).mean()
            loss = pg + 0.5 * (torch.stack(vs) - ret).pow(2).mean() - self.p.entropy * ent
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
            self.opt.step()

    def track(self, score, update):
        if score > self.best_score:
            self.best_score, self.bad = score, 0
            self.best = copy.deepcopy({"net": self.net.state_dict(), "opt": self.opt.state_dict(), "update": update})
            torch.save(self.best, self.cfg.out)
        elif score < self.best_score - self.cfg.drop * abs(self.best_score):
            self.bad += 1
        else:
            self.bad = 0

    def rollback(self):
        self.net.load_state_dict(self.best["net"])
        self.opt.load_state_dict(copy.deepcopy(self.best["opt"]))
        self.bad = 0
        self.open_canvases()

    def run(self):
        for update in range(self.start_update, self.cfg.updates):
            *batch, score = self.collect()
            self.track(score, update)
            if self.bad > self.cfg.patience:
                print(f"{update}: {score:.3f} far below {self.best_score:.3f}, back to update {self.best['update']}")
                self.rollback()
                continue
            self.learn(*batch)


@hydra.main(config_name="train", version_base=None)
def main(cfg: TrainConfig):
    torch.manual_seed(cfg.seed)
    Trainer(cfg).run()


if __name__ == "__main__":
    main()
