import os
import random

import torch

from wrappers import ClockEnv, OpponentWrapper, TimeNet

STEPS = 1_000_000
UNROLL = 32
SWAP_EVERY = 2048
SAVE_EVERY = 10240
POOL_DIR = "pool"

os.makedirs(POOL_DIR, exist_ok=True)
env = OpponentWrapper(ClockEnv())
net = TimeNet()
optim = torch.optim.RMSprop(net.parameters(), lr=7e-4, eps=1e-5)
pool = []

obs, _ = env.reset(seed=3)
h = torch.zeros(1, net.hidden)
step = 0
wins, games = 0, 0
while step < STEPS:
    values, logps, ents, rewards, masks = [], [], [], [], []
    h = h.detach()
    for _ in range(UNROLL):
        logits, v, h = net(torch.from_numpy(obs).unsqueeze(0), h)
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        obs, r, term, trunc, _ = env.step(a.item())
        done = term or trunc
        values.append(v)
        logps.append(dist.log_prob(a))
        ents.append(dist.entropy())
        rewards.append(r)
        masks.append(0.0 if done else 1.0)
        step += 1
        if done:
            games += 1
            wins += r > 0
            obs, _ = env.reset()
            h = torch.zeros(1, net.hidden)

    with torch.no_grad():
        ret = net(torch.from_numpy(obs).unsqueeze(0), h)[1]
    loss = 0.0
    for t in reversed(range(UNROLL)):
        ret = rewards[t] + 0.995 * masks[t] * ret
        adv = ret - values[t]
        loss = loss + 0.5 * adv.pow(2) - logps[t] * adv.detach() - 0.01 * ents[t]
    optim.zero_grad()
    loss.sum().backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    optim.step()

    if step % SAVE_EVERY == 0:
        path = f"{POOL_DIR}/{step}.pt"
        torch.save(net.state_dict(), path)
        pool.append(path)
    if pool and step % SWAP_EVERY == 0:
        env.swap(random.choice(pool))
        print(f"{step}: win rate {wins / max(1, games):.2f}")
        wins = games = 0
