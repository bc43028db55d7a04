"""Online recurrent Q-learning, step by step, without a replay buffer."""
import argparse
import random

import torch
import torch.nn as nn

from court import Court


class RQ(nn.Module):
    def __init__(self, n_obs, n_act, h=64):
        super().__init__()
        self.h = h
        self.cell = nn.GRUCell(n_obs, h)
        self.q = nn.Sequential(nn.Linear(h, h), nn.ReLU(), nn.Linear(h, n_act))

    def zero(self):
        return torch.zeros(1, self.h)

    def forward(self, x, h):
        h = self.cell(x, h)
        return self.q(h), h


class OnlineAgent:
    def __init__(self, n_obs, n_act, lr, gamma, tau):
        self.n_act, self.gamma, self.tau = n_act, gamma, tau
        self.net = RQ(n_obs, n_act)
        self.target = RQ(n_obs, n_act)
        self.target.load_state_dict(self.net.state_dict())
        self.opt = torch.optim.Adam(self.net.parameters(), lr)
        self.start_rally()

    def start_rally(self):
        self.h = self.net.zero()
        self.h_target = self.target.zero()
        self.prev = None

    def soft_update(self):
        with torch.no_grad():
            for p, tp in zip(self.net.parameters(), self.target.parameters()):
                tp.mul_(1 - self.tau).add_(self.tau * p)

    def learn(self, y):
        q, a = self.prev
        loss = (q[0, a] - y).pow(2)
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.soft_update()
        return loss.item()

    def step(self, obs, reward, eps):
        x = torch.from_numpy(obs)[None]
        with torch.no_grad():
            qt, self.h_target = self.target(x, self.h_target)
        if self.prev is not None:
            self.learn(reward + self.gamma * qt.max())
        q, h = self.net(x, self.h)
        self.h = h.detach()
        a = random.randrange(self.n_act) if random.random() < eps else int(q.argmax())
        self.prev = (q, a)
        return a

    def finish(self, reward):
        self.learn(torch.tensor(float(reward)))
        self.start_rally()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--rallies", type=int, default=50_000)
    ap.add_argument("--lr", type=float, default=2e-4)
    ap.add_argument("--gamma", type=float, default=0.98)
    ap.add_argument("--tau", type=float, default=0.005)
    args = ap.parse_args()
    env = Court()
    agent = OnlineAgent(env.n_obs, env.n_act, args.lr, args.gamma, args.tau)
    hits = 0.0
    for n in range(1, args.rallies + 1):
        obs, reward, over = env.reset(), 0.0, False
        eps = max(0.05, 1 - n / 5000)
        while not over:
            a = agent.step(obs, reward, eps)
            obs, reward, over = env.step(a)
        agent.finish(reward)
        hits = 0.99 * hits + 0.01 * env.hits
        if n % 500 == 0:
            print(f"rally {n} hits {hits:.2f} eps {eps:.2f}")
    torch.save(agent.net.state_dict(), "shuttle.pt")


if __name__ == "__main__":
    main()
