from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import gymnasium as gym
import numpy as np
import torch

from nets import GaitNet


@dataclass
class HParams:
    lr: float = 3e-4
    entropy: float = 1e-3
    gamma: float = 0.99

    def perturbed(self) -> "HParams":
        f = lambda v: v * random.choice((0.8, 1.25))
        return HParams(f(self.lr), f(self.entropy), 1 - f(1 - self.gamma))


@dataclass
class Member:
    uid: int
    env_id: str
    workdir: Path
    hp: HParams
    unroll: int = 32
    returns: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.env = gym.make(self.env_id)
        self.net = GaitNet(self.env.observation_space.shape[0], self.env.action_space.shape[0])
        self.optim = torch.optim.Adam(self.net.parameters(), lr=self.hp.lr)
        self._begin_episode()

    @property
    def ckpt(self) -> Path:
        return self.workdir / f"member_{self.uid:02d}.pt"

    @property
    def fitness(self) -> float:
        return float(np.mean(self.returns[-10:])) if self.returns else -1e9

    def _begin_episode(self) -> None:
        obs, _ = self.env.reset()
        self.obs = torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0)
        self.state = self.net.zero_state()
        self.ep_return = 0.0

    def train(self, steps: int) -> None:
        for _ in range(steps // self.unroll):
            self._update(*self._unroll())

    def _unroll(self):
        logps, vals, ents, rews, masks = [], [], [], [], []
        for _ in range(self.unroll):
            dist, value, self.state = self.net(self.obs, self.state)
            action = dist.sample()
            obs, r, term, trunc, _ = self.env.step(action[0].clamp(-1, 1).numpy())
            self.ep_return += float(r)
            logps.append(dist.log_prob(action).sum(-1))
            ents.append(dist.entropy().sum(-1))
            vals.append(value)
            rews.append(float(r))
            masks.append(0.0 if term or trunc else 1.0)
            if term or trunc:
                self.returns.append(self.ep_return)
                self._begin_episode()
            else:
                self.obs = torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0)
        with torch.no_grad():
            _, boot, _ = self.net(self.obs, self.state)
        return logps, vals, ents, rews, masks, boot

    def _update(self, logps, vals, ents, rews, masks, boot) -> None:
        targets, g = [], boot
        for r, m in zip(reversed(rews), reversed(masks)):
            g = r + self.hp.gamma * m * g
            targets.append(g)
        target = torch.cat(targets[::-1])
        val = torch.cat(vals)
        adv = target - val
        loss = -(torch.cat(logps) * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
        loss = loss - self.hp.entropy * torch.cat(ents).mean()
        self.optim.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optim.step()
        self.state = tuple(s.detach() for s in self.state)

    def save(self) -> None:
        torch.save({"net": self.net.state_dict(), "optim": self.optim.state_dict(), "hp": vars(self.hp)}, self.ckpt)

    def exploit(self, donor: Path) -> None:
        blob = torch.load(donor, map_location="cpu")
        self.net.load_state_dict(blob["net"])
        self.optim.load_state_dict(blob["optim"])
        self.hp = HParams(**blob["hp"]).perturbed()
        for group in self.optim.param_groups:
            group["lr"] = self.hp.lr
        self.returns.clear()
        self._begin_episode()
