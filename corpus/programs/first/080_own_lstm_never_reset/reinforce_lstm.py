import argparse
import time

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.distributions import Categorical
from torch.utils.tensorboard import SummaryWriter


class PolicyLSTM(nn.Module):
    def __init__(self, s_size, a_size, h_size=64):
        super().__init__()
        self.fc1 = nn.Linear(s_size, h_size)
        self.lstm = nn.LSTM(h_size, h_size)
        self.fc2 = nn.Linear(h_size, a_size)

    def forward(self, x, hc):
        x = torch.relu(self.fc1(x)).view(1, 1, -1)
        x, hc = self.lstm(x, hc)
        return torch.softmax(self.fc2(x.view(1, -1)), dim=1), hc


def returns(rews, gamma):
    out, g = [], 0.0
    for r in rews[::-1]:
        g = r + gamma * g
        out.insert(0, g)
    out = torch.tensor(out)
    return (out - out.mean()) / (out.std() + 1e-8)


def parse_args():
    p = argparse.ArgumentParser(description="REINFORCE with memory")
    p.add_argument("--env", default="CartPole-v1")
    p.add_argument("--episodes", type=int, default=3000)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--lr", type=float, default=1e-3)
    return p.parse_args()


def main():
    args = parse_args()
    env = gym.make(args.env)
    writer = SummaryWriter(f"runs/reinforce_{int(time.time())}")
    pi = PolicyLSTM(env.observation_space.shape[0], env.action_space.n)
    opt = optim.Adam(pi.parameters(), lr=args.lr)
    hc = (torch.zeros(1, 1, 64), torch.zeros(1, 1, 64))
    scores = []
    for ep in range(args.episodes):
        state, _ = env.reset()
        logps, rews, done = [], [], False
        while not done:
            probs, hc = pi(torch.from_numpy(state).float(), hc)
            m = Categorical(probs)
            a = m.sample()
            logps.append(m.log_prob(a))
            state, r, term, trunc, _ = env.step(a.item())
            rews.append(r)
            done = term or trunc
        loss = -(torch.cat(logps) * returns(rews, args.gamma)).sum()
        opt.zero_grad()
        loss.backward()
        opt.step()
        hc = tuple(h.detach() for h in hc)
        scores.append(sum(rews))
        writer.add_scalar("return", scores[-1], ep)
        if ep % 50 == 0:
            print(ep, np.mean(scores[-50:]))
    torch.save(pi.state_dict(), "pi_lstm.pt")


if __name__ == "__main__":
    main()
