import argparse
import json
import os
import random

import torch
import torch.multiprocessing as mp
from torch import nn
from torch.distributions import Normal

from crane import Crane


def build():
    return nn.ModuleDict(dict(
        rnn=nn.LSTM(3, 32, batch_first=True),
        mu=nn.Linear(32, 1),
    ))


def ckpt(root, rank):
    return os.path.join(root, "member%d.pt" % rank)


def think(net, obs, mem):
    out, mem = net["rnn"](torch.tensor(obs).view(1, 1, 3), mem)
    return net["mu"](out[:, -1]), mem


def episode(net, env, std):
    obs, mem, done = env.reset(), None, False
    logps, rews = [], []
    while not done:
        mu, mem = think(net, obs, mem)
        dist = Normal(mu, std)
        a = dist.sample()
        logps.append(dist.log_prob(a).sum())
        obs, r, done = env.step(float(a))
        rews.append(r)
    return logps, rews


def improve(net, env, opt, hp, episodes):
    scores = []
    for _ in range(episodes):
        logps, rews = episode(net, env, hp["std"])
        g, rets = 0.0, []
        for r in reversed(rews):
            g = r + 0.97 * g
            rets.insert(0, g)
        rets = torch.tensor(rets)
        rets = (rets - rets.mean()) / (rets.std() + 1e-6)
        loss = -(torch.stack(logps) * rets).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
        scores.append(sum(rews))
    return sum(scores[-10:]) / len(scores[-10:])


def member(rank, args, board, gate):
    torch.set_num_threads(1)
    random.seed(rank)
    torch.manual_seed(rank)
    hp = dict(lr=10 ** random.uniform(-4, -2), std=random.uniform(0.1, 0.5))
    net, env = build(), Crane(rank)
    for gen in range(args.generations):
        opt = torch.optim.Adam(net.parameters(), lr=hp["lr"])
        score = improve(net, env, opt, hp, args.episodes)
        torch.save({"net": net.state_dict(), "hp": hp}, ckpt(args.root, rank))
        board[rank] = score
        gate.wait()

        table = sorted(range(args.members), key=lambda i: board[i])
        cut = max(1, args.members // 5)
        if rank in table[:cut]:
            donor = random.choice(table[-cut:])
            blob = torch.load(ckpt(args.root, donor), map_location="cpu")
            net.load_state_dict(blob["net"])
            hp = {k: v * random.choice((0.8, 1.2)) for k, v in blob["hp"].items()}
        if rank == table[-1]:
            print(json.dumps(dict(gen=gen, rank=rank, score=round(score, 2), hp=hp)), flush=True)
        gate.wait()


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--members", type=int, default=10)
    ap.add_argument("--generations", type=int, default=40)
    ap.add_argument("--episodes", type=int, default=30)
    ap.add_argument("--root", default="crane_pop")
    args = ap.parse_args()
    os.makedirs(args.root, exist_ok=True)
    board = mp.Array("d", args.members)
    gate = mp.Barrier(args.members)
    ps = [mp.Process(target=member, args=(r, args, board, gate)) for r in range(args.members)]
    [p.start() for p in ps]
    [p.join() for p in ps]
