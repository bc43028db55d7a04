import argparse
import copy
import logging

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
from gymnasium.wrappers import TransformObservation

log = logging.getLogger("a2c")


def make_env(env_id, seed, idx):
    def thunk():
        env = gym.make(env_id)
        space = gym.spaces.Box(-np.inf, np.inf, (2,), np.float32)
        env = TransformObservation(env, lambda o: o[[0, 2]].astype(np.float32), space)
        env = gym.wrappers.RecordEpisodeStatistics(env)
        env.action_space.seed(seed + idx)
        return env

    return thunk


class RecurrentActorCritic(nn.Module):
    def __init__(self, obs_dim, n_act, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.body = nn.Sequential(nn.Linear(obs_dim, hidden), nn.Tanh())
        self.gru = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_act)
        self.v = nn.Linear(hidden, 1)

    def initial(self, n):
        return torch.zeros(n, self.hidden)

    def forward(self, obs, h, mask):
        h = self.gru(self.body(obs), h * mask)
        return torch.distributions.Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h


class Trainer:
    def __init__(self, args):
        self.args = args
        self.n = args.num_envs
        self.envs = gym.vector.SyncVectorEnv([make_env(args.env, args.seed, i) for i in range(self.n)])
        self.net = RecurrentActorCritic(2, self.envs.single_action_space.n)
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=args.lr, eps=1e-5)
        self.scores = []
        self.best = None
        self.best_score = -np.inf
        self.bad_checks = 0
        self.begin()

    def begin(self):
        obs, _ = self.envs.reset(seed=self.args.seed)
        self.obs = torch.from_numpy(obs)
        self.h = self.net.initial(self.n)
        self.mask = torch.ones(self.n, 1)

    def keep(self):
        self.best = {"net": copy.deepcopy(self.net.state_dict()), "opt": copy.deepcopy(self.opt.state_dict())}

    def restore(self, new_episodes=False):
        self.net.load_state_dict(self.best["net"])
        self.opt.load_state_dict(copy.deepcopy(self.best["opt"]))
        if new_episodes:
            self.begin()

    def rollout(self):
        data = []
        for _ in range(self.args.steps):
            dist, value, self.h = self.net(self.obs, self.h, self.mask)
            act = dist.sample()
            obs, rew, term, trunc, info = self.envs.step(act.numpy())
            self.mask = torch.from_numpy(1.0 - (term | trunc)).float().unsqueeze(1)
            data.append((dist.log_prob(act), dist.entropy(), value, torch.from_numpy(rew).float(), self.mask.squeeze(1)))
            self.obs = torch.from_numpy(obs)
            if "episode" in info:
                self.scores += [float(r) for r, d in zip(info["episode"]["r"], info["_episode"]) if d]
        with torch.no_grad():
            boot = self.net(self.obs, self.h, self.mask)[1]
        return data, boot

    def update(self):
        data, ret = self.rollout()
        rets = []
        for *_, r, m in reversed(data):
            ret = r + self.args.gamma * m * ret
            rets.append(ret)
        logp, ent, val, _, _ = (torch.stack(x) for x in zip(*data))
        adv = torch.stack(rets[::-1]) - val
        loss = -(logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * ent.mean()
        self.opt.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.net.parameters(), self.args.max_grad)
        self.opt.step()
        self.h = self.h.detach()
        return loss.item(), float(norm)

    def run(self):
        for it in range(1, self.args.iters + 1):
            loss, norm = self.update()
            if norm > self.args.blowup and self.best is not None:
                log.warning("iter %d: gradient norm %.1f, back to best (%.1f)", it, norm, self.best_score)
                self.restore()
                continue
            if it % self.args.check_every:
                continue
            score = float(np.mean(self.scores[-50:])) if self.scores else -np.inf
            log.info("iter %d loss %.3f score %.1f", it, loss, score)
            if score > self.best_score:
                self.best_score, self.bad_checks = score, 0
                self.keep()
            else:
                self.bad_checks += 1
            if self.bad_checks >= self.args.patience:
                for group in self.best["opt"]["param_groups"]:
                    group["lr"] *= 0.5
                self.restore(new_episodes=True)
                self.bad_checks = 0
                self.scores.clear()
        if self.best is not None:
            torch.save(self.best["net"], self.args.out)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--env", default="CartPole-v1")
    p.add_argument("--num-envs", type=int, default=8)
    p.add_argument("--steps", type=int, default=20)
    p.add_argument("--iters", type=int, default=20000)
    p.add_argument("--lr", type=float, default=7e-4)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--max-grad", type=float, default=0.5)
    p.add_argument("--blowup", type=float, default=40.0)
    p.add_argument("--check-every", type=int, default=100)
    p.add_argument("--patience", type=int, default=8)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--out", default="best.pt")
    logging.basicConfig(level=logging.INFO)
    Trainer(p.parse_args()).run()


if __name__ == "__main__":
    main()
