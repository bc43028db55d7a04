import argparse
import random
from collections import deque

import torch

from fighters import PushNet, Rival
from ring import SumoRing


def frozen(net):
    return {k: v.detach().clone() for k, v in net.state_dict().items()}


def returns(rewards, gamma):
    out, g = [], 0.0
    for r in reversed(rewards):
        g = r + gamma * g
        out.append(g)
    return torch.tensor(out[::-1])


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--bouts", type=int, default=3000)
    p.add_argument("--refresh", type=int, default=600, help="steps between rival refreshes")
    p.add_argument("--pool", type=int, default=12)
    p.add_argument("--gamma", type=float, default=0.98)
    p.add_argument("--lr", type=float, default=5e-4)
    args = p.parse_args()

    ring = SumoRing()
    net = PushNet()
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    rival = Rival(net)
    pool = deque([frozen(net)], maxlen=args.pool)
    steps, wins = 0, deque(maxlen=100)

    for bout in range(args.bouts):
        obs, rival_obs = ring.reset()
        h = torch.zeros(1, net.width)
        rival.new_bout()
        logps, rewards, done = [], [], False
        while not done:
            dist, h = net(torch.as_tensor(obs).unsqueeze(0), h)
            a = dist.sample()
            b = rival.act(rival_obs)
            obs, rival_obs, r, done = ring.step(a.item(), b)
            logps.append(dist.log_prob(a))
            rewards.append(r)
            steps += 1
            if steps % args.refresh == 0:
                rival.refresh(random.choice(pool))

        wins.append(1.0 if rewards[-1] > 0 else 0.0)
        g = returns(rewards, args.gamma)
        loss = -(torch.cat(logps) * g).mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()

        if bout % 50 == 0:
            pool.append(frozen(net))
            print(f"bout {bout:5d}  steps {steps:7d}  win rate {sum(wins) / len(wins):.2f}")

    torch.save(net.state_dict(), "sumo.pt")


if __name__ == "__main__":
    main()
