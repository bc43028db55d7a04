import copy
import random
from collections import deque
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from qnet import ChannelQ
from spectrum import Spectrum

BURN, LEARN = 10, 30
GAMMA = 0.97


class Strip(NamedTuple):
    obs: np.ndarray
    act: np.ndarray
    rew: np.ndarray
    end: np.ndarray
    h: torch.Tensor
    c: torch.Tensor


def explore(net, env, eps, replay):
    obs, over, total = env.reset(), False, 0.0
    net.clear(1)
    part, start = [], net.snapshot()
    while not over:
        with torch.no_grad():
            q = net(torch.from_numpy(obs).view(1, 1, -1))[0, 0]
        a = int(q.argmax()) if random.random() > eps else random.randrange(env.channels + 1)
        nxt, r, over = env.step(a)
        part.append((obs, a, r, over))
        obs, total = nxt, total + r
        if len(part) == BURN + LEARN:
            o, acts, rews, ends = zip(*part)
            replay.append(
                Strip(np.stack(o), np.array(acts), np.array(rews, np.float32), np.array(ends, np.float32), *start)
            )
            part, start = [], net.snapshot()
    return total


def unroll(net, obs, h, c):
    net.place(h, c)
    with torch.no_grad():
        net(obs[:BURN])
    return net(obs[BURN:])


def learn(online, lagged, opt, strips):
    obs = torch.from_numpy(np.stack([s.obs for s in strips], 1))
    act = torch.from_numpy(np.stack([s.act for s in strips], 1))[BURN:]
    rew = torch.from_numpy(np.stack([s.rew for s in strips], 1))[BURN:]
    end = torch.from_numpy(np.stack([s.end for s in strips], 1))[BURN:]
    h = torch.cat([s.h for s in strips], 1)
    c = torch.cat([s.c for s in strips], 1)
    q = unroll(online, obs, h, c)
    with torch.no_grad():
        tq = unroll(lagged, obs, h, c)
        best = q[1:].argmax(-1, keepdim=True)
        y = rew[:-1] + GAMMA * (1 - end[:-1]) * tq[1:].gather(-1, best).squeeze(-1)
    loss = F.smooth_l1_loss(q[:-1].gather(-1, act[:-1].unsqueeze(-1)).squeeze(-1), y)
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(online.parameters(), 10.0)
    opt.step()


def measure(net, env, games=20):
    scores = []
    for _ in range(games):
        net.clear(1)
        obs, over, total = env.reset(), False, 0.0
        while not over:
            with torch.no_grad():
                obs, r, over = env.step(int(net(torch.from_numpy(obs).view(1, 1, -1))[0, 0].argmax()))
            total += r
        scores.append(total)
    return float(np.mean(scores))


def main():
    env, trial = Spectrum(seed=1), Spectrum(seed=2)
    online = ChannelQ(env.channels)
    lagged = copy.deepcopy(online)
    opt = torch.optim.Adam(online.parameters(), lr=3e-4)
    replay = deque(maxlen=20000)
    top, top_weights = -np.inf, None
    for n in range(4000):
        explore(online, env, max(0.02, 1 - n / 1500), replay)
        if len(replay) < 200:
            continue
        for _ in range(10):
            learn(online, lagged, opt, random.sample(replay, 32))
        if n % 25 == 0:
            lagged.load_state_dict(online.state_dict())
        if n % 100 == 0:
            score = measure(online, trial)
            print(n, round(score, 2))
            if score > top:
                top, top_weights = score, copy.deepcopy(online.state_dict())
    online.load_state_dict(top_weights)
    print("final", measure(online, trial, 200))
    torch.save(online.state_dict(), "spectrum.pt")


if __name__ == "__main__":
    main()
