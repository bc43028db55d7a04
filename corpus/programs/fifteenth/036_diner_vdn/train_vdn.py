import argparse
import copy
import random
from collections import deque
from pathlib import Path

import torch
import torch.nn.functional as F

from diner import Diner
from mac import CookNet, TeamController


def play(env: Diner, team: TeamController, eps: float):
    obs, over = env.reset(), False
    team.init_hidden()
    seen, acts, rews = [obs], [], []
    while not over:
        a = team.act(obs, eps)
        obs, r, over = env.step(a)
        seen.append(obs)
        acts.append(a)
        rews.append(r)
    return torch.stack(seen), torch.stack(acts), torch.tensor(rews)


def unroll(net: CookNet, obs):
    steps, batch, cooks, dim = obs.shape
    h = torch.zeros(batch * cooks, net.hidden)
    qs = []
    for x in obs:
        q, h = net(x.reshape(-1, dim), h)
        qs.append(q.view(batch, cooks, -1))
    return torch.stack(qs)


def vdn_loss(net, target, obs, acts, rews, gamma):
    q = unroll(net, obs)
    with torch.no_grad():
        tq = unroll(target, obs)
        nxt = tq[1:].gather(-1, q[1:].argmax(-1, keepdim=True)).squeeze(-1).sum(-1)
        nxt[-1] = 0.0
    mine = q[:-1].gather(-1, acts.unsqueeze(-1)).squeeze(-1).sum(-1)
    return F.smooth_l1_loss(mine, rews + gamma * nxt)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--services", type=int, default=20_000)
    ap.add_argument("--check", type=int, default=250)
    ap.add_argument("--gamma", type=float, default=0.98)
    ap.add_argument("--out", type=Path, default=Path("best_team.pt"))
    args = ap.parse_args()

    env = Diner()
    net = CookNet(env.obs_dim, env.n_actions)
    target = copy.deepcopy(net)
    team = TeamController(net, env.cooks)
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    memory = deque(maxlen=2000)
    best = float("-inf")
    for n in range(1, args.services + 1):
        memory.append(play(env, team, eps=max(0.05, 1 - n / 5000)))
        if len(memory) < 32:
            continue
        obs, acts, rews = (torch.stack(x, 1) for x in zip(*random.sample(memory, 32)))
        loss = vdn_loss(net, target, obs, acts, rews, args.gamma)
        opt.zero_grad()
        loss.backward()
        opt.step()
        if n % 100 == 0:
            target.load_state_dict(net.state_dict())
        if n % args.check == 0:
            score = sum(play(env, team, 0.0)[2].sum().item() for _ in range(10)) / 10
            print(f"{n:6d} dishes {score:6.2f} loss {loss.item():.4f}")
            if score >= best:
                best = score
                torch.save(net.state_dict(), args.out)
            elif score < best - 8:
                team.adopt(torch.load(args.out))


if __name__ == "__main__":
    main()
