import sys

import torch

from dryer import TeaDryer
from model import DryerNet, to_settings


def discount(rewards, gamma=0.99):
    g, out = 0.0, []
    for r in reversed(rewards):
        g = r + gamma * g
        out.append(g)
    return torch.tensor(out[::-1])


def train(batches, device="cpu"):
    env = TeaDryer(seed=0)
    net = DryerNet().to(device)
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    h = net.init_hidden()
    baseline = 0.0

    for n in range(batches):
        obs = env.reset()
        h = h.detach()
        logps, rewards = [], []
        over = False
        while not over:
            dist, h = net(torch.tensor(obs), h)
            a = dist.sample()
            logps.append(dist.log_prob(a).sum())
            obs, r, over = env.step(*to_settings(a))
            rewards.append(r)

        g = discount(rewards)
        baseline = 0.95 * baseline + 0.05 * g[0].item()
        loss = -(torch.stack(logps) * (g - baseline)).mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()

        if n % 200 == 0:
            print(n, "return", round(sum(rewards), 3), "moisture", round(env.m, 3), "minutes", env.minute)
            torch.save(net.state_dict(), "dryer.pt")
    return net


if __name__ == "__main__":
    train(int(sys.argv[1]) if len(sys.argv) > 1 else 50000)
