import argparse
import random

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

from paddles import PaddleArena


class PaddleNet(nn.Module):
    def __init__(self, num_obs, num_actions, units=64):
        super().__init__()
        self.units = units
        self.mlp = nn.Sequential(nn.Linear(num_obs, units), nn.ELU())
        self.rnn = nn.GRUCell(units, units)
        self.mu = nn.Linear(units, num_actions)
        self.value = nn.Linear(units, 1)

    def get_default_rnn_state(self, n, device):
        return torch.zeros(n, self.units, device=device)

    def forward(self, obs, rnn_state):
        rnn_state = self.rnn(self.mlp(obs), rnn_state)
        return self.mu(rnn_state), self.value(rnn_state).squeeze(-1), rnn_state


class SelfPlayAgent:
    def __init__(self, cfg):
        self.cfg = cfg
        self.device = cfg.device
        self.env = PaddleArena(cfg.num_envs, cfg.device)
        self.net = PaddleNet(self.env.num_obs, self.env.num_actions).to(self.device)
        self.rival = PaddleNet(self.env.num_obs, self.env.num_actions).to(self.device).eval()
        self.rival.load_state_dict(self.net.state_dict())
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=cfg.lr)
        self.pool = []
        self.epoch = 0
        self.win_ema = 0.5
        self.init_tensors()

    def init_tensors(self):
        self.obs, self.rival_obs = self.env.reset()
        self.rnn_state = self.net.get_default_rnn_state(self.cfg.num_envs, self.device)
        self.rival_rnn_state = self.rival.get_default_rnn_state(self.cfg.num_envs, self.device)

    def snapshot(self):
        self.pool.append({k: v.detach().clone() for k, v in self.net.state_dict().items()})
        if len(self.pool) > self.cfg.pool_size:
            self.pool.pop(random.randrange(len(self.pool) - 1))

    def update_rival(self):
        self.rival.load_state_dict(random.choice(self.pool))
        self.win_ema = 0.5

    @torch.no_grad()
    def rival_action(self):
        logits, _, self.rival_rnn_state = self.rival(self.rival_obs, self.rival_rnn_state)
        return Categorical(logits=logits).sample()

    def env_step(self, actions):
        self.obs, self.rival_obs, rew, done = self.env.step(actions, self.rival_action())
        keep = (~done).float().unsqueeze(-1)
        self.rnn_state = self.rnn_state * keep
        self.rival_rnn_state = self.rival_rnn_state * keep
        finished = (rew != 0).sum().item()
        if finished:
            rate = (rew > 0).sum().item() / finished
            self.win_ema = 0.98 * self.win_ema + 0.02 * rate
        return rew, done

    def train_epoch(self):
        self.rnn_state = self.rnn_state.detach()
        logps, values, entropies, rewards, dones = [], [], [], [], []
        for _ in range(self.cfg.horizon):
            logits, value, self.rnn_state = self.net(self.obs, self.rnn_state)
            dist = Categorical(logits=logits)
            actions = dist.sample()
            rew, done = self.env_step(actions)
            logps.append(dist.log_prob(actions))
            values.append(value)
            entropies.append(dist.entropy())
            rewards.append(rew)
            dones.append(done.float())
        with torch.no_grad():
            _, nxt, _ = self.net(self.obs, self.rnn_state)
        returns, acc = [], nxt
        for r, d in zip(reversed(rewards), reversed(dones)):
            acc = r + self.cfg.gamma * acc * (1 - d)
            returns.append(acc)
        returns = torch.stack(returns[::-1])
        values = torch.stack(values)
        adv = (returns - values).detach()
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        loss = -(torch.stack(logps) * adv).mean() + F.mse_loss(values, returns) - 0.005 * torch.stack(entropies).mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()

    def train(self):
        self.snapshot()
        while self.epoch < self.cfg.max_epochs:
            self.train_epoch()
            self.epoch += 1
            if self.epoch % self.cfg.save_every == 0:
                self.snapshot()
            if self.epoch % self.cfg.swap_every == 0 or self.win_ema > 0.7:
                print(f"epoch {self.epoch} win {self.win_ema:.2f} pool {len(self.pool)}")
                self.update_rival()
        torch.save(self.net.state_dict(), self.cfg.out)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--num_envs", type=int, default=1024)
    ap.add_argument("--horizon", type=int, default=24)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--pool_size", type=int, default=20)
    ap.add_argument("--save_every", type=int, default=100)
    ap.add_argument("--swap_every", type=int, default=50)
    ap.add_argument("--max_epochs", type=int, default=10000)
    ap.add_argument("--device", default="cpu")
    ap.add_argument("--out", default="paddle.pt")
    SelfPlayAgent(ap.parse_args()).train()
