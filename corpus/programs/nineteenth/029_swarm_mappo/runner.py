import copy

import numpy as np
import torch

from nets import RActor, RCritic
from swarm import CoverageSwarm


class SwarmRunner:
    def __init__(self, cfg):
        self.cfg = cfg
        self.envs = CoverageSwarm(cfg.threads, cfg.drones, seed=cfg.seed)
        self.actor = RActor(self.envs.obs_dim, self.envs.act_dim, cfg.hidden)
        self.critic = RCritic(self.envs.state_dim, cfg.hidden)
        self.params = list(self.actor.parameters()) + list(self.critic.parameters())
        self.opt = torch.optim.Adam(self.params, lr=cfg.lr)
        self.best, self.best_score, self.bad = None, -np.inf, 0
        self.warmup()

    def warmup(self):
        self.obs, self.state = (torch.from_numpy(a) for a in self.envs.reset())
        shape = (self.cfg.threads, self.cfg.drones, self.cfg.hidden)
        self.rnn_a = torch.zeros(shape)
        self.rnn_c = torch.zeros(shape)
        self.masks = torch.ones(self.cfg.threads, self.cfg.drones, 1)

    def _flat(self, x):
        return x.reshape(-1, x.shape[-1])

    @torch.no_grad()
    def collect(self):
        keys = ("obs", "state", "act", "logp", "val", "mask", "rew")
        buf = {k: [] for k in keys}
        h0 = (self.rnn_a.clone(), self.rnn_c.clone())
        for _ in range(self.cfg.chunk):
            dist, ha = self.actor(self._flat(self.obs), self._flat(self.rnn_a), self._flat(self.masks))
            val, hc = self.critic(self._flat(self.state), self._flat(self.rnn_c), self._flat(self.masks))
            act = dist.sample()
            shape = self.obs.shape[:2]
            for k, v in zip(keys, (self.obs, self.state, act.view(*shape, -1),
                                   dist.log_prob(act).sum(-1).view(shape), val.view(shape), self.masks)):
                buf[k].append(v)
            obs, state, rew, done = self.envs.step(act.view(*shape, -1).numpy())
            buf["rew"].append(torch.from_numpy(rew)[:, None].expand(shape))
            self.obs, self.state = torch.from_numpy(obs), torch.from_numpy(state)
            self.rnn_a, self.rnn_c = ha.view_as(self.rnn_a), hc.view_as(self.rnn_c)
            self.masks = torch.from_numpy(1.0 - done.astype(np.float32))[:, None, None].repeat(1, self.cfg.drones, 1)
        last = self.critic(self._flat(self.state), self._flat(self.rnn_c), self._flat(self.masks))[0]
        return {k: torch.stack(v) for k, v in buf.items()}, h0, last.view(self.obs.shape[:2])

    def gae(self, buf, last):
        masks = torch.cat([buf["mask"][1:], self.masks[None]]).squeeze(-1)
        vals = torch.cat([buf["val"], last[None]])
        adv, out = torch.zeros_like(last), []
        for t in reversed(range(self.cfg.chunk)):
            delta = buf["rew"][t] + self.cfg.gamma * vals[t + 1] * masks[t] - vals[t]
            adv = delta + self.cfg.gamma * self.cfg.lam * masks[t] * adv
            out.append(adv)
        adv = torch.stack(out[::-1])
        return adv, adv + buf["val"]

    def train(self, buf, h0, last):
        adv, ret = self.gae(buf, last)
        adv = (adv - adv.mean()) / (adv.std() + 1e-6)
        for _ in range(self.cfg.epochs):
            ha, hc = self._flat(h0[0]), self._flat(h0[1])
            pl = vl = 0.0
            for t in range(self.cfg.chunk):
                m = self._flat(buf["mask"][t])
                dist, ha = self.actor(self._flat(buf["obs"][t]), ha, m)
                val, hc = self.critic(self._flat(buf["state"][t]), hc, m)
                lp = dist.log_prob(self._flat(buf["act"][t])).sum(-1)
                r = (lp - buf["logp"][t].reshape(-1)).exp()
                a = adv[t].reshape(-1)
                pl = pl - torch.min(r * a, r.clamp(0.8, 1.2) * a).mean()
                vl = vl + (val.squeeze(-1) - ret[t].reshape(-1)).pow(2).mean()
            loss = (pl + 0.5 * vl) / self.cfg.chunk
            if not torch.isfinite(loss):
                return False
            self.opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.params, 10.0)
            self.opt.step()
        return True

    def restore(self):
        self.actor.load_state_dict(self.best["actor"])
        self.critic.load_state_dict(self.best["critic"])
        self.opt = torch.optim.Adam(self.params, lr=self.cfg.lr)
        self.bad = 0

    def run(self):
        for it in range(self.cfg.iterations):
            buf, h0, last = self.collect()
            score = buf["rew"].mean().item()
            if self.best is None or score > self.best_score:
                self.best_score, self.bad = score, 0
                self.best = {"actor": copy.deepcopy(self.actor.state_dict()),
                             "critic": copy.deepcopy(self.critic.state_dict())}
            else:
                self.bad += 1
            if not self.train(buf, h0, last):
                print(f"{it}: loss not finite, back to {self.best_score:.3f}")
                self.restore()
                self.warmup()
            elif self.bad > self.cfg.patience:
                print(f"{it}: no progress, back to {self.best_score:.3f}")
                self.restore()
            if it % 20 == 0:
                print(f"{it}: coverage {score:.3f} best {self.best_score:.3f}")
