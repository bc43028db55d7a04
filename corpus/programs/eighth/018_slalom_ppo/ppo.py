from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from agent import Skier
from slalom import SlalomEnv


@dataclass
class PPOConfig:
    n_envs: int = 8
    n_steps: int = 128
    updates: int = 1500
    epochs: int = 4
    envs_per_batch: int = 2
    gamma: float = 0.99
    lam: float = 0.95
    clip: float = 0.2
    lr: float = 3e-4
    hidden: int = 64


class SlalomVec:
    """Several pistes side by side; a finished run starts again at once."""

    def __init__(self, n: int):
        self.envs = [SlalomEnv() for _ in range(n)]

    def reset(self, seed: int) -> np.ndarray:
        return np.stack([env.reset(seed=seed + i)[0] for i, env in enumerate(self.envs)])

    def step(self, actions: np.ndarray):
        obs, rewards, dones = [], [], []
        for env, action in zip(self.envs, actions):
            o, r, terminated, truncated, _ = env.step(action)
            done = terminated or truncated
            if done:
                o, _ = env.reset()
            obs.append(o)
            rewards.append(r)
            dones.append(done)
        return np.stack(obs), np.array(rewards), np.array(dones)


def main(cfg: PPOConfig = PPOConfig()):
    torch.manual_seed(0)
    envs = SlalomVec(cfg.n_envs)
    agent = Skier(4, 3, cfg.hidden)
    opt = torch.optim.Adam(agent.parameters(), lr=cfg.lr, eps=1e-5)

    obs = torch.from_numpy(envs.reset(seed=0))
    first = torch.ones(cfg.n_envs)
    h = torch.zeros(cfg.n_envs, cfg.hidden)
    T = cfg.n_steps
    score = np.zeros(cfg.n_envs)
    scores = []

    for update in range(cfg.updates):
        h0 = h.clone()
        buf_obs = torch.zeros(T, cfg.n_envs, 4)
        buf_act = torch.zeros(T, cfg.n_envs, dtype=torch.long)
        buf_logp, buf_val, buf_rew, buf_first = (torch.zeros(T, cfg.n_envs) for _ in range(4))

        for t in range(T):
            with torch.no_grad():
                action, logp, value, h = agent.step(obs, h, first)
            buf_obs[t], buf_act[t], buf_logp[t], buf_val[t], buf_first[t] = obs, action, logp, value, first
            nxt, rew, done = envs.step(action.numpy())
            buf_rew[t] = torch.from_numpy(rew).float()
            obs = torch.from_numpy(nxt)
            first = torch.from_numpy(done.astype(np.float32))
            score += rew
            for i in np.flatnonzero(done):
                scores.append(score[i])
                score[i] = 0.0

        with torch.no_grad():
            last = agent.step(obs, h, first)[2]
        adv = torch.zeros(T, cfg.n_envs)
        gae = torch.zeros(cfg.n_envs)
        for t in reversed(range(T)):
            ends = first if t == T - 1 else buf_first[t + 1]
            nv = last if t == T - 1 else buf_val[t + 1]
            delta = buf_rew[t] + cfg.gamma * nv * (1 - ends) - buf_val[t]
            gae = delta + cfg.gamma * cfg.lam * (1 - ends) * gae
            adv[t] = gae
        ret = adv + buf_val

        for _ in range(cfg.epochs):
            for rows in torch.randperm(cfg.n_envs).split(cfg.envs_per_batch):
                logp, val, ent = agent.unroll(buf_obs[:, rows], buf_act[:, rows], h0[rows], buf_first[:, rows])
                a = adv[:, rows]
                a = (a - a.mean()) / (a.std() + 1e-8)
                ratio = (logp - buf_logp[:, rows]).exp()
                pg = torch.max(-a * ratio, -a * ratio.clamp(1 - cfg.clip, 1 + cfg.clip)).mean()
                loss = pg + 0.5 * (val - ret[:, rows]).pow(2).mean() - 0.01 * ent.mean()
                opt.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
                opt.step()

        if update % 20 == 0 and scores:
            print(f"update {update}: score {np.mean(scores[-50:]):.2f}")

    torch.save(agent.state_dict(), "skier.pt")


if __name__ == "__main__":
    main()
