"""Recurrent A2C for a picking robot, with automatic rollback when training collapses."""
import os
from collections import deque
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical


@dataclass
class TrainConfig:
    num_envs: int = 16
    rollout_len: int = 32
    total_updates: int = 20000
    lr: float = 7e-4
    gamma: float = 0.99
    eval_window: int = 100
    check_every: int = 100
    collapse_ratio: float = 0.5
    ckpt_path: str = "checkpoints/picker_best.pt"


class WarehouseEnv:
    SIZE = 9

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.pos = self.rng.integers(0, self.SIZE, 2)
        self.item = self.rng.integers(0, self.SIZE, 2)
        self.picked = 0
        self.t = 0
        return self._obs()

    def _obs(self):
        d = self.item - self.pos
        near = np.abs(d).max() <= 2
        rel = d if near else np.zeros(2)
        return np.concatenate([self.pos / self.SIZE, rel / 2.0, [float(near)]]).astype(np.float32)

    def step(self, action):
        moves = np.array([[0, 1], [0, -1], [1, 0], [-1, 0]])
        self.pos = np.clip(self.pos + moves[action], 0, self.SIZE - 1)
        self.t += 1
        reward = -0.01
        if (self.pos == self.item).all():
            reward = 1.0
            self.picked += 1
            self.item = self.rng.integers(0, self.SIZE, 2)
        return self._obs(), reward, self.picked >= 10 or self.t >= 500


class PickerNet(nn.Module):
    def __init__(self, obs_dim=5, n_actions=4, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(obs_dim, hidden)
        self.gru = nn.GRUCell(hidden, hidden)
        self.actor = nn.Linear(hidden, n_actions)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, obs, h):
        h = self.gru(torch.relu(self.fc(obs)), h)
        return Categorical(logits=self.actor(h)), self.critic(h).squeeze(-1), h


class Trainer:
    def __init__(self, cfg):
        self.cfg = cfg
        self.envs = [WarehouseEnv(i) for i in range(cfg.num_envs)]
        self.net = PickerNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=cfg.lr)
        self.obs = torch.tensor(np.stack([e.reset() for e in self.envs]))
        self.hidden = torch.zeros(cfg.num_envs, self.net.hidden)
        self.running = np.zeros(cfg.num_envs)
        self.finished = deque(maxlen=cfg.eval_window)
        self.best = -float("inf")

    def collect(self):
        self.hidden = self.hidden.detach()
        batch = {"logp": [], "value": [], "reward": [], "mask": [], "ent": []}
        for _ in range(self.cfg.rollout_len):
            dist, value, self.hidden = self.net(self.obs, self.hidden)
            actions = dist.sample()
            next_obs, rewards, masks = [], [], []
            for i, env in enumerate(self.envs):
                o, r, d = env.step(actions[i].item())
                self.running[i] += r
                if d:
                    self.finished.append(self.running[i])
                    self.running[i] = 0.0
                    o = env.reset()
                next_obs.append(o)
                rewards.append(r)
                masks.append(0.0 if d else 1.0)
            mask = torch.tensor(masks)
            self.hidden = self.hidden * mask.unsqueeze(1)
            self.obs = torch.tensor(np.stack(next_obs))
            for key, val in (("logp", dist.log_prob(actions)), ("value", value), ("mask", mask),
                             ("reward", torch.tensor(rewards, dtype=torch.float32)), ("ent", dist.entropy())):
                batch[key].append(val)
        return {k: torch.stack(v) for k, v in batch.items()}

    def learn(self, batch):
        with torch.no_grad():
            _, ret, _ = self.net(self.obs, self.hidden)
        returns = torch.zeros_like(batch["reward"])
        for t in reversed(range(self.cfg.rollout_len)):
            ret = batch["reward"][t] + self.cfg.gamma * batch["mask"][t] * ret
            returns[t] = ret
        adv = returns - batch["value"].detach()
        loss = -(batch["logp"] * adv).mean() + 0.5 * (returns - batch["value"]).pow(2).mean()
        loss = loss - 0.01 * batch["ent"].mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        return loss.item()

    def save_checkpoint(self):
        os.makedirs(os.path.dirname(self.cfg.ckpt_path), exist_ok=True)
        torch.save({"net": self.net.state_dict(), "opt": self.opt.state_dict(), "best": self.best}, self.cfg.ckpt_path)

    def rollback(self):
        ckpt = torch.load(self.cfg.ckpt_path)
        self.net.load_state_dict(ckpt["net"])
        self.opt.load_state_dict(ckpt["opt"])
        self.finished.clear()
        for group in self.opt.param_groups:
            group["lr"] *= 0.5

    def run(self):
        for update in range(1, self.cfg.total_updates + 1):
            loss = self.learn(self.collect())
            if update % self.cfg.check_every or len(self.finished) < 20:
                continue
            score = float(np.mean(self.finished))
            print(f"update {update} loss {loss:.3f} score {score:.2f} best {self.best:.2f}")
            if score > self.best:
                self.best = score
                self.save_checkpoint()
            elif self.best > 0 and score < self.cfg.collapse_ratio * self.best:
                print(f"score collapsed from {self.best:.2f} to {score:.2f}, rolling back")
                self.rollback()


if __name__ == "__main__":
    Trainer(TrainConfig()).run()
