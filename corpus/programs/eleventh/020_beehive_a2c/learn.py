from dataclasses import dataclass

import gymnasium as gym
import torch
from torch import nn
from torch.distributions import Categorical

from hive_env import HiveEnv


@dataclass
class Settings:
    hives: int = 16
    unroll: int = 24
    updates: int = 15_000
    lr: float = 5e-4
    gamma: float = 0.99
    lam: float = 0.95
    entropy: float = 0.005


class BeeKeeper(nn.Module):
    def __init__(self, n_obs, n_act, width=64):
        super().__init__()
        self.lstm = nn.LSTM(n_obs, width)
        self.logits = nn.Linear(width, n_act)
        self.value = nn.Linear(width, 1)

    def forward(self, obs, carry):
        out, carry = self.lstm(obs[None], carry)
        return Categorical(logits=self.logits(out[0])), self.value(out[0]).squeeze(-1), carry


class Learner:
    def __init__(self, cfg: Settings):
        self.cfg = cfg
        self.envs = gym.vector.SyncVectorEnv(
            [HiveEnv] * cfg.hives, autoreset_mode=gym.vector.AutoresetMode.SAME_STEP
        )
        self.model = BeeKeeper(2, 3)
        self.opt = torch.optim.Adam(self.model.parameters(), lr=cfg.lr)
        first, _ = self.envs.reset(seed=0)
        self.obs = torch.as_tensor(first)
        self.carry = None

    def unroll(self):
        steps = []
        for _ in range(self.cfg.unroll):
            pi, value, self.carry = self.model(self.obs, self.carry)
            act = pi.sample()
            obs, rew, term, trunc, _ = self.envs.step(act.numpy())
            over = torch.as_tensor(term | trunc).float()
            steps.append((pi.log_prob(act), pi.entropy(), value, torch.as_tensor(rew).float(), over))
            self.obs = torch.as_tensor(obs)
        with torch.no_grad():
            _, bootstrap, _ = self.model(self.obs, self.carry)
        return steps, bootstrap

    def advantages(self, steps, nxt):
        out, run = [], 0.0
        for _, _, value, rew, over in reversed(steps):
            v = value.detach()
            delta = rew + self.cfg.gamma * (1 - over) * nxt - v
            run = delta + self.cfg.gamma * self.cfg.lam * (1 - over) * run
            out.insert(0, run)
            nxt = v
        return torch.stack(out)

    def update(self):
        steps, bootstrap = self.unroll()
        adv = self.advantages(steps, bootstrap)
        logp, ent, value, rew, _ = (torch.stack(x) for x in zip(*steps))
        critic = (adv + value.detach() - value).pow(2).mean()
        actor = -(logp * (adv - adv.mean()) / (adv.std() + 1e-6)).mean()
        loss = actor + 0.5 * critic - self.cfg.entropy * ent.mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.opt.step()
        self.carry = tuple(s.detach() for s in self.carry)
        return loss.item(), rew.mean().item()


def main():
    torch.manual_seed(1)
    cfg = Settings()
    learner = Learner(cfg)
    smooth = 0.0
    for u in range(cfg.updates):
        loss, reward = learner.update()
        smooth = reward if u == 0 else 0.98 * smooth + 0.02 * reward
        if u % 100 == 0:
            print(f"{u:6d} loss {loss:8.3f} reward {smooth:7.3f}")
    torch.save(learner.model.state_dict(), "beekeeper.pt")


if __name__ == "__main__":
    main()
