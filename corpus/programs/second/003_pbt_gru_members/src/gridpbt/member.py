from dataclasses import dataclass, field

import numpy as np
import torch
from torch.distributions import Categorical

from .copying import copy_optimizer, copy_weights
from .envs import BlindPole, PoleVec
from .model import GRUActorCritic


@dataclass
class Hyper:
    lr: float = 7e-4
    entropy: float = 0.01
    gamma: float = 0.99

    def perturbed(self, rng):
        factor = lambda: float(rng.choice([0.8, 1.25]))
        return Hyper(self.lr * factor(), self.entropy * factor(), min(0.999, 1 - (1 - self.gamma) * factor()))


@dataclass
class Stats:
    returns: list = field(default_factory=list)

    def score(self, n=50):
        return float(np.mean(self.returns[-n:])) if self.returns else float("-inf")


class Member:
    def __init__(self, idx, hyper, num_envs=8, rollout=20):
        self.idx = idx
        self.hyper = hyper
        self.rollout = rollout
        self.envs = PoleVec([lambda i=i: BlindPole(seed=100 * idx + i) for i in range(num_envs)])
        self.model = GRUActorCritic(2, 2)
        self.opt = torch.optim.RMSprop(self.model.parameters(), lr=hyper.lr)
        self.obs = torch.as_tensor(self.envs.reset())
        self.hx = torch.zeros(1, num_envs, self.model.hidden_size)
        self.stats = Stats()
        self.steps = 0

    def train(self, n_updates):
        for _ in range(n_updates):
            self._one_update()

    def _one_update(self):
        logps, values, rewards, masks, ents = [], [], [], [], []
        self.hx = self.hx.detach()
        for _ in range(self.rollout):
            logits, value, self.hx = self.model.step(self.obs, self.hx)
            dist = Categorical(logits=logits)
            action = dist.sample()
            obs, reward, done, infos = self.envs.step(action.numpy())
            self.obs = torch.as_tensor(obs)
            mask = 1.0 - torch.as_tensor(done)
            self.hx = self.hx * mask.view(1, -1, 1)
            for info in infos:
                if "episode" in info:
                    self.stats.returns.append(info["episode"]["r"])
            logps.append(dist.log_prob(action))
            values.append(value)
            rewards.append(torch.as_tensor(reward))
            masks.append(mask)
            ents.append(dist.entropy())
            self.steps += len(done)
        with torch.no_grad():
            _, ret, _ = self.model.step(self.obs, self.hx)
        loss = 0.0
        for t in reversed(range(self.rollout)):
            ret = rewards[t] + self.hyper.gamma * ret * masks[t]
            adv = ret - values[t]
            loss = loss + 0.5 * adv.pow(2).mean() - (adv.detach() * logps[t]).mean() - self.hyper.entropy * ents[t].mean()
        self.opt.zero_grad()
        (loss / self.rollout).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 0.5)
        self.opt.step()

    def exploit(self, donor: "Member", rng) -> None:
        copy_weights(donor.model, self.model)
        copy_optimizer(donor.opt, self.opt)
        self.hyper = donor.hyper.perturbed(rng)
        for group in self.opt.param_groups:
            group["lr"] = self.hyper.lr
        self.stats = Stats(list(donor.stats.returns[-50:]))
