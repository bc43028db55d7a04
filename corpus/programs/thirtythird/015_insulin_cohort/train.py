import argparse

import numpy as np
import torch

from doser import DoserNet
from patients import Patient


def treat_one(net, patient):
    chart, over, state = patient.admit(), False, None
    logps, values, rewards = [], [], []
    while not over:
        logits, value, state = net(torch.from_numpy(chart).view(1, 1, -1), state)
        dist = torch.distributions.Categorical(logits=logits[0, 0])
        k = dist.sample()
        chart, r, over, _ = patient.treat(int(k))
        logps.append(dist.log_prob(k))
        values.append(value[0, 0])
        rewards.append(r)
    return torch.stack(logps), torch.stack(values), rewards


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--episodes", type=int, default=20000)
    ap.add_argument("--gamma", type=float, default=0.95)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--out", default="doser.pt")
    args = ap.parse_args()
    torch.manual_seed(0)
    net = DoserNet()
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    window = []
    for ep in range(args.episodes):
        logps, values, rewards = treat_one(net, Patient(ep + 1000))
        g, returns = 0.0, []
        for r in rewards[::-1]:
            g = r + args.gamma * g
            returns.append(g)
        returns = torch.tensor(returns[::-1], dtype=torch.float32)
        adv = returns - values.detach()
        loss = -(logps * adv).mean() + 0.5 * (returns - values).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        window.append(sum(rewards))
        if ep % 200 == 199:
            print("%6d  %.2f" % (ep + 1, np.mean(window[-200:])))
    torch.save({"net": net.state_dict(), "size": net.size}, args.out)


if __name__ == "__main__":
    main()
