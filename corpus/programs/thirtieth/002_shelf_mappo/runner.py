import argparse
import os

import numpy as np
import torch

from nets import R_Actor, R_Critic
from shelves import ShelfVec


class ShelfRunner:
    def __init__(self, a):
        self.a = a
        self.envs = ShelfVec(a.n_threads, a.pickers)
        self.dim = 64
        self.actor = R_Actor(self.envs.obs_dim, self.envs.n_actions, self.dim)
        self.critic = R_Critic(self.envs.obs_dim * a.pickers, self.dim)
        self.opt = torch.optim.Adam(
            list(self.actor.parameters()) + list(self.critic.parameters()), lr=a.lr, eps=1e-5
        )
        self.rows = a.n_threads * a.pickers
        if a.model_dir is not None:
            self.restore(a.model_dir)

    def restore(self, d):
        self.actor.load_state_dict(torch.load(os.path.join(d, "actor.pt")))
        self.critic.load_state_dict(torch.load(os.path.join(d, "critic.pt")))

    def save(self, d):
        os.makedirs(d, exist_ok=True)
        torch.save(self.actor.state_dict(), os.path.join(d, "actor.pt"))
        torch.save(self.critic.state_dict(), os.path.join(d, "critic.pt"))

    def warmup(self):
        obs = self.envs.reset()
        self.obs = obs
        self.rnn_states = np.zeros((self.rows, self.dim), np.float32)
        self.rnn_states_critic = np.zeros((self.rows, self.dim), np.float32)
        self.masks = np.ones((self.rows, 1), np.float32)

    def _share(self, obs):
        s = obs.reshape(self.a.n_threads, 1, -1).repeat(self.a.pickers, 1)
        return s.reshape(1, self.rows, -1)

    @torch.no_grad()
    def collect(self):
        buf = {k: [] for k in ("obs", "share", "act", "logp", "val", "rew", "mask")}
        buf["h0"], buf["c0"] = self.rnn_states.copy(), self.rnn_states_critic.copy()
        for _ in range(self.a.episode_length):
            o, s = self.obs.reshape(1, self.rows, -1), self._share(self.obs)
            dist, h = self.actor(o, self.rnn_states, self.masks[None])
            v, c = self.critic(s, self.rnn_states_critic, self.masks[None])
            act = dist.sample()
            nxt, rew, done = self.envs.step(act.numpy().reshape(self.a.n_threads, -1))
            for k, x in zip(buf, (o, s, act.numpy(), dist.log_prob(act).numpy(), v.numpy())):
                buf[k].append(x)
            buf["rew"].append(rew.reshape(1, self.rows, 1))
            buf["mask"].append(self.masks[None].copy())
            self.obs = nxt
            self.rnn_states, self.rnn_states_critic = h.numpy(), c.numpy()
            self.masks = 1.0 - done.astype(np.float32).repeat(self.a.pickers)[:, None]
        last, _ = self.critic(self._share(self.obs), self.rnn_states_critic, self.masks[None])
        return {k: np.concatenate(v) if isinstance(v, list) else v for k, v in buf.items()}, last.numpy()

    def train(self, b, last):
        T = self.a.episode_length
        vals = np.concatenate([b["val"], last])
        masks = np.concatenate([b["mask"][1:], self.masks[None]])
        adv = np.zeros_like(b["rew"])
        gae = 0.0
        for t in reversed(range(T)):
            delta = b["rew"][t] + 0.99 * vals[t + 1] * masks[t] - vals[t]
            gae = delta + 0.99 * 0.95 * masks[t] * gae
            adv[t] = gae
        ret = torch.from_numpy(adv + b["val"])
        adv = torch.from_numpy((adv - adv.mean()) / (adv.std() + 1e-5)).squeeze(-1)
        for _ in range(self.a.ppo_epoch):
            dist, _ = self.actor(b["obs"], b["h0"], b["mask"])
            v, _ = self.critic(b["share"], b["c0"], b["mask"])
            ratio = torch.exp(dist.log_prob(torch.from_numpy(b["act"])) - torch.from_numpy(b["logp"]))
            surr = torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv)
            loss = -surr.mean() + 0.5 * (ret - v).pow(2).mean() - 0.01 * dist.entropy().mean()
            self.opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.actor.parameters(), 10.0)
            self.opt.step()

    def run(self):
        self.warmup()
        best, since = -np.inf, 0
        for it in range(self.a.iters):
            b, last = self.collect()
            self.train(b, last)
            score = b["rew"].mean()
            if score > best:
                best, since = score, 0
                self.save(self.a.out)
            else:
                since += 1
            if since >= self.a.patience:
                self.restore(self.a.out)
                for g in self.opt.param_groups:
                    g["lr"] *= 0.5
                self.warmup()
                since = 0
            print(f"{it} {score:.3f} best {best:.3f}")


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--n_threads", type=int, default=16)
    p.add_argument("--pickers", type=int, default=4)
    p.add_argument("--episode_length", type=int, default=60)
    p.add_argument("--ppo_epoch", type=int, default=8)
    p.add_argument("--iters", type=int, default=2000)
    p.add_argument("--patience", type=int, default=80)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--model_dir", default=None)
    p.add_argument("--out", default="runs/shelf")
    ShelfRunner(p.parse_args()).run()
