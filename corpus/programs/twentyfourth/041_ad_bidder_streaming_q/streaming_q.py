import argparse
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

from auction_day import AuctionDay

MULTIPLIERS = (0.4, 0.7, 1.0, 1.3, 1.8)


class BidQ(nn.Module):
    def __init__(self, obs=5, hid=32, n=len(MULTIPLIERS)):
        super().__init__()
        self.hid = hid
        self.cell = nn.GRUCell(obs, hid)
        self.head = nn.Linear(hid, n)

    def zeros(self):
        return torch.zeros(1, self.hid)

    def forward(self, x, h):
        h = self.cell(x, h)
        return self.head(h), h


class StreamingQ:
    """One-step Q-learning on the stream, online and target net each with a memory of the day."""

    def __init__(self, lr, gamma, tau):
        self.online, self.target = BidQ(), BidQ()
        self.target.load_state_dict(self.online.state_dict())
        self.opt = torch.optim.SGD(self.online.parameters(), lr=lr)
        self.gamma, self.tau = gamma, tau

    def new_day(self, obs):
        self.h_online = self.online.zeros()
        with torch.no_grad():
            _, self.h_target = self.target(obs, self.target.zeros())

    def choose(self, obs, eps):
        self.q, h = self.online(obs, self.h_online)
        self.h_online = h.detach()
        if random.random() < eps:
            return random.randrange(len(MULTIPLIERS))
        return int(self.q.argmax())

    def learn(self, action, reward, nxt, done):
        with torch.no_grad():
            q_next, self.h_target = self.target(nxt, self.h_target)
            goal = reward + self.gamma * (0.0 if done else q_next.max().item())
        loss = F.smooth_l1_loss(self.q[0, action], torch.tensor(goal))
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.blend()
        return loss.item()

    @torch.no_grad()
    def blend(self):
        for p_t, p in zip(self.target.parameters(), self.online.parameters()):
            p_t.mul_(1.0 - self.tau).add_(p, alpha=self.tau)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--days", type=int, default=2000)
    ap.add_argument("--lr", type=float, default=5e-3)
    ap.add_argument("--gamma", type=float, default=0.98)
    ap.add_argument("--tau", type=float, default=0.005)
    args = ap.parse_args()

    env = AuctionDay()
    learner = StreamingQ(args.lr, args.gamma, args.tau)
    for day in range(args.days):
        eps = max(0.05, 0.8 - day / 600)
        obs, done, gain = env.reset(), False, 0.0
        learner.new_day(obs)
        while not done:
            a = learner.choose(obs, eps)
            obs, reward, done = env.step(MULTIPLIERS[a])
            learner.learn(a, reward, obs, done)
            gain += reward
        if day % 20 == 0:
            print(f"day {day:5d}  eps {eps:.2f}  surplus {gain:8.2f}  unspent {env.left:7.2f}")
    torch.save(learner.online.state_dict(), "bidder_q.pt")


if __name__ == "__main__":
    main()
