from dataclasses import dataclass

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical
from torch.utils.tensorboard import SummaryWriter

from envs import GridBattery


@dataclass
class Config:
    n_envs: int = 16
    n_steps: int = 48
    n_updates: int = 10_000
    lr: float = 5e-4
    gamma: float = 0.995
    ent: float = 0.01
    vf: float = 0.5
    hidden: int = 64
    seed: int = 7
    logdir: str = "runs/battery"


class LSTMActorCritic(nn.Module):
    def __init__(self, n_obs, n_act, hidden):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTM(n_obs, hidden)
        self.trunk = nn.Sequential(nn.Linear(hidden, hidden), nn.Tanh())
        self.actor = nn.Linear(hidden, n_act)
        self.critic = nn.Linear(hidden, 1)

    def zero_state(self, n):
        return torch.zeros(1, n, self.hidden), torch.zeros(1, n, self.hidden)

    def forward(self, obs, state):
        y, state = self.lstm(obs.unsqueeze(0), state)
        y = self.trunk(y.squeeze(0))
        return Categorical(logits=self.actor(y)), self.critic(y).squeeze(-1), state


def train(cfg: Config):
    torch.manual_seed(cfg.seed)
    envs = gym.vector.SyncVectorEnv([GridBattery for _ in range(cfg.n_envs)])
    model = LSTMActorCritic(4, envs.single_action_space.n, cfg.hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=cfg.lr)
    writer = SummaryWriter(cfg.logdir)

    obs, _ = envs.reset(seed=cfg.seed)
    state = model.zero_state(cfg.n_envs)
    ep_ret = np.zeros(cfg.n_envs)
    finished = []

    for update in range(cfg.n_updates):
        logps, values, entropies, rewards, not_dones = [], [], [], [], []
        for _ in range(cfg.n_steps):
            dist, value, state = model(torch.as_tensor(obs, dtype=torch.float32), state)
            action = dist.sample()
            obs, reward, terminated, truncated, _ = envs.step(action.numpy())
            done = np.logical_or(terminated, truncated)
            ep_ret += reward
            for i in np.flatnonzero(done):
                finished.append(ep_ret[i])
                ep_ret[i] = 0.0
            logps.append(dist.log_prob(action))
            values.append(value)
            entropies.append(dist.entropy())
            rewards.append(torch.as_tensor(reward, dtype=torch.float32))
            not_dones.append(torch.as_tensor(~done, dtype=torch.float32))

        with torch.no_grad():
            _, ret, _ = model(torch.as_tensor(obs, dtype=torch.float32), state)
        returns = []
        for r, nd in zip(reversed(rewards), reversed(not_dones)):
            ret = r + cfg.gamma * nd * ret
            returns.append(ret)
        returns = torch.stack(returns[::-1])
        values = torch.stack(values)
        adv = (returns - values).detach()
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        pg = -(torch.stack(logps) * adv).mean()
        v_loss = (returns - values).pow(2).mean()
        loss = pg + cfg.vf * v_loss - cfg.ent * torch.stack(entropies).mean()

        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        state = tuple(s.detach() for s in state)

        if update % 50 == 0 and finished:
            writer.add_scalar("return", np.mean(finished[-100:]), update)
            writer.add_scalar("value_loss", v_loss.item(), update)
            print(f"{update:6d}  return {np.mean(finished[-100:]):8.3f}")
    torch.save(model.state_dict(), "battery.pt")


if __name__ == "__main__":
    train(Config())
