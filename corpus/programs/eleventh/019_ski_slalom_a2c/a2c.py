import argparse
from collections import deque

import numpy as np
import torch
import torch.nn as nn
from torch.utils.tensorboard import SummaryWriter

from slalom import SlalomVec


class SkierNet(nn.Module):
    def __init__(self, hidden: int = 64):
        super().__init__()
        self.hidden = hidden
        self.encoder = nn.Sequential(nn.Linear(3, hidden), nn.ReLU())
        self.memory = nn.GRUCell(hidden, hidden)
        self.actor = nn.Linear(hidden, 3)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, obs, h):
        h = self.memory(self.encoder(obs), h)
        return torch.distributions.Categorical(logits=self.actor(h)), self.critic(h)[:, 0], h


def parse():
    p = argparse.ArgumentParser()
    p.add_argument("--num-envs", type=int, default=32)
    p.add_argument("--n-steps", type=int, default=20)
    p.add_argument("--updates", type=int, default=10000)
    p.add_argument("--lr", type=float, default=7e-4)
    p.add_argument("--gamma", type=float, default=0.98)
    p.add_argument("--ent-coef", type=float, default=0.01)
    p.add_argument("--logdir", default="runs/slalom")
    return p.parse_args()


def main():
    args = parse()
    writer = SummaryWriter(args.logdir)
    envs = SlalomVec(args.num_envs)
    net = SkierNet()
    optim = torch.optim.RMSprop(net.parameters(), lr=args.lr, alpha=0.99, eps=1e-5)

    obs = torch.from_numpy(envs.reset())
    h = torch.zeros(args.num_envs, net.hidden)
    returns = np.zeros(args.num_envs)
    finished = deque(maxlen=200)

    for update in range(args.updates):
        h = h.detach()
        log_probs, values, rewards, not_dones, entropies = [], [], [], [], []
        for _ in range(args.n_steps):
            dist, value, h = net(obs, h)
            action = dist.sample()
            next_obs, reward, done = envs.step(action.numpy())

            returns += reward
            finished.extend(returns[done])
            returns[done] = 0

            not_done = torch.from_numpy(~done).float()
            h = h * not_done[:, None]
            obs = torch.from_numpy(next_obs)
            log_probs.append(dist.log_prob(action))
            entropies.append(dist.entropy())
            values.append(value)
            rewards.append(torch.from_numpy(reward))
            not_dones.append(not_done)

        with torch.no_grad():
            _, R, _ = net(obs, h)
        targets = []
        for r, nd in zip(rewards[::-1], not_dones[::-1]):
            R = r + args.gamma * nd * R
            targets.append(R)
        targets = torch.stack(targets[::-1])
        advantage = targets - torch.stack(values)

        policy_loss = -(torch.stack(log_probs) * advantage.detach()).mean()
        value_loss = advantage.pow(2).mean()
        entropy = torch.stack(entropies).mean()
        optim.zero_grad()
        (policy_loss + 0.5 * value_loss - args.ent_coef * entropy).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        optim.step()

        if update % 100 == 0 and finished:
            writer.add_scalar("return", np.mean(finished), update)
            writer.add_scalar("entropy", entropy.item(), update)
            print(f"{update:6d}  return {np.mean(finished):6.2f}  entropy {entropy.item():.3f}")

    torch.save(net.state_dict(), "slalom.pt")


if __name__ == "__main__":
    main()
