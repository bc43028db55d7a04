"""
Learn a dissolved-oxygen setpoint policy for one activated sludge tank.
One episode = two simulated days (15 min control interval), influent pattern differs from episode to episode.
"""
import argparse
import math
import random

import torch
from torch import nn, optim
from torch.distributions import Normal


class Tank:
    def __init__(self):
        self.length = 192

    def reset(self):
        self.k = 0
        self.nh4 = random.uniform(2.0, 12.0)
        self.do = random.uniform(0.5, 2.0)
        self.load = random.uniform(0.5, 1.5)
        self.storm = random.random() < 0.2
        self.temp = random.uniform(8, 22)
        return self.measure()

    def measure(self):
        return torch.tensor([[self.do / 4, self.nh4 / 20 + random.gauss(0, 0.02), math.sin(2 * math.pi * self.k / 96)]])

    def step(self, air):
        inflow = self.load * (1 + 0.4 * math.sin(2 * math.pi * self.k / 96)) * (2 if self.storm else 1)
        rate = 1.066 ** (self.temp - 15) * self.do / (0.5 + self.do) * self.nh4 / (1 + self.nh4)
        self.nh4 = max(0.0, self.nh4 + 0.3 * inflow - 0.6 * rate)
        self.do = min(8.0, max(0.0, self.do + 0.5 * air - 0.8 * rate - 0.05 * self.do))
        self.k += 1
        penalty = 0.2 * max(0.0, self.nh4 - 4.0) + 0.15 * air
        return self.measure(), -penalty, self.k >= self.length


class AerationPolicy(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.gru = nn.GRUCell(3, hidden)
        self.mean = nn.Linear(hidden, 1)
        self.value = nn.Linear(hidden, 1)
        self.log_std = nn.Parameter(torch.tensor(-0.7))

    def forward(self, x, h):
        h = self.gru(x, h)
        return Normal(2 * torch.sigmoid(self.mean(h)), self.log_std.exp()), self.value(h), h


def train(args):
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    plant = Tank()
    policy = AerationPolicy(args.hidden)
    optimizer = optim.Adam(policy.parameters(), lr=args.lr)
    hidden = torch.zeros(1, args.hidden)
    running = None

    for episode in range(args.episodes):
        x = plant.reset()
        done, total = False, 0.0
        while not done:
            log_probs, values, rewards = [], [], []
            for _ in range(args.window):
                dist, v, hidden = policy(x, hidden)
                air = dist.sample()
                x, r, done = plant.step(float(air.clamp(0, 2)))
                log_probs.append(dist.log_prob(air))
                values.append(v)
                rewards.append(r)
                total += r
                if done:
                    break
            with torch.no_grad():
                g = torch.zeros(1, 1) if done else policy(x, hidden)[1]
            loss = 0.0
            for lp, v, r in zip(reversed(log_probs), reversed(values), reversed(rewards)):
                g = r + args.gamma * g
                loss = loss - lp * (g - v).detach() + 0.5 * (g - v) ** 2
            optimizer.zero_grad()
            (loss / len(rewards)).sum().backward()
            nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
            optimizer.step()
            hidden = hidden.detach()
        running = total if running is None else 0.95 * running + 0.05 * total
        if episode % 25 == 0:
            print(f"episode {episode:5d}  cost {-total:8.2f}  running {-running:8.2f}")
    torch.save(policy.state_dict(), args.out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--episodes", type=int, default=4000)
    parser.add_argument("--window", type=int, default=24)
    parser.add_argument("--hidden", type=int, default=48)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--gamma", type=float, default=0.98)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="aeration.pt")
    train(parser.parse_args())
