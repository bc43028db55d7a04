import argparse
import random

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

from house import House


class PumpNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTMCell(2, 32)
        self.pi = nn.Linear(32, 3)
        self.v = nn.Linear(32, 1)

    def forward(self, x, hx, cx):
        hx, cx = self.lstm(x, (hx, cx))
        return self.pi(hx), self.v(hx), hx, cx


class Client:
    def __init__(self, n, args):
        self.house = House(n)
        self.net = PumpNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=args.lr)
        self.args = args
        self.hx = torch.zeros(1, 32)
        self.cx = torch.zeros(1, 32)

    def receive(self, weights):
        self.net.load_state_dict(weights)

    def send(self):
        return {k: v.clone() for k, v in self.net.state_dict().items()}

    def local_round(self):
        total = 0.0
        for _ in range(self.args.updates):
            self.hx, self.cx = self.hx.detach(), self.cx.detach()
            logps, values, rewards = [], [], []
            for _ in range(self.args.unroll):
                x = torch.from_numpy(self.house.sense()).unsqueeze(0)
                logits, v, self.hx, self.cx = self.net(x, self.hx, self.cx)
                dist = Categorical(logits=logits)
                a = dist.sample()
                r = self.house.heat(a.item())
                logps.append(dist.log_prob(a))
                values.append(v.squeeze())
                rewards.append(r)
                total += r
            self.update(logps, values, rewards)
        return total / (self.args.updates * self.args.unroll)

    def update(self, logps, values, rewards):
        g = values[-1].item()
        targets = []
        for r in rewards[::-1]:
            g = r + self.args.gamma * g
            targets.append(g)
        target = torch.tensor(targets[::-1])
        value = torch.stack(values)
        adv = target - value.detach()
        loss = -(torch.cat(logps) * adv).mean() + 0.5 * F.mse_loss(value, target)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()


def average(updates):
    return {k: torch.stack([u[k] for u in updates]).mean(0) for k in updates[0]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--per-round", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--updates", type=int, default=6)
    parser.add_argument("--unroll", type=int, default=24)
    parser.add_argument("--gamma", type=float, default=0.95)
    parser.add_argument("--lr", type=float, default=1e-3)
    args = parser.parse_args()

    server = PumpNet()
    clients = [Client(i, args) for i in range(args.clients)]
    for rnd in range(args.rounds):
        chosen = random.sample(clients, args.per_round)
        scores, updates = [], []
        for c in chosen:
            c.receive(server.state_dict())
            scores.append(c.local_round())
            updates.append(c.send())
        server.load_state_dict(average(updates))
        print(f"round {rnd:3d} reward {sum(scores) / len(scores):.3f}")
    torch.save(server.state_dict(), "heatpump.pt")


if __name__ == "__main__":
    main()
