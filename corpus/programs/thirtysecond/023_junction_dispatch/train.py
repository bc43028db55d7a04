import argparse
from collections import deque

import torch
from torch.distributions import Categorical

from dispatcher import Dispatcher
from junction import Junction

parser = argparse.ArgumentParser()
parser.add_argument("--updates", type=int, default=5000)
parser.add_argument("--unroll", type=int, default=40)
parser.add_argument("--gamma", type=float, default=0.97)
parser.add_argument("--lr", type=float, default=7e-4)
cfg = parser.parse_args()

net = Dispatcher()
opt = torch.optim.RMSprop(net.parameters(), lr=cfg.lr, eps=1e-5)
env = Junction()
obs = env.reset()
picture = net.picture()
day, days = 0.0, deque(maxlen=30)

for u in range(cfg.updates):
    picture = picture.detach()
    logps, values, ents, rewards, ends = [], [], [], [], []
    for _ in range(cfg.unroll):
        logits, v, picture = net(torch.from_numpy(obs)[None], picture)
        d = Categorical(logits=logits)
        a = d.sample()
        obs, r, end = env.step(int(a))
        day += r
        logps.append(d.log_prob(a)[0])
        ents.append(d.entropy()[0])
        values.append(v)
        rewards.append(r)
        ends.append(end)
        if end:
            days.append(day)
            day = 0.0
            obs = env.reset()

    with torch.no_grad():
        _, tail, _ = net(torch.from_numpy(obs)[None], picture)
    g, returns = tail, []
    for r, e in zip(reversed(rewards), reversed(ends)):
        g = r + cfg.gamma * g * (0.0 if e else 1.0)
        returns.append(g)
    returns = torch.stack(returns[::-1])
    values = torch.stack(values)
    adv = (returns - values).detach()
    loss = -(torch.stack(logps) * adv).mean() + 0.5 * (returns - values).pow(2).mean() - 0.01 * torch.stack(ents).mean()

    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    opt.step()
    if u % 100 == 0 and days:
        print(f"update {u:5d}  mean day {sum(days) / len(days):8.2f}")

torch.save(net.state_dict(), "dispatcher.pt")
