import argparse
import os
import random

import numpy as np
import torch
from torch import nn
from torch.optim import Adam


class Net(nn.Module):
    def __init__(self, obs, act, hid=256):
        super().__init__()
        self.pre = nn.Sequential(nn.Linear(obs, hid), nn.ReLU())
        self.lstm = nn.LSTM(hid, hid, 2)
        self.adv = nn.Linear(hid, act)

    @torch.jit.export
    def get_h0(self, n: int):
        z = torch.zeros(2, n, 256)
        return {"h0": z, "c0": z.clone()}

    def act(self, obs, legal, hid):
        x = self.pre(obs).unsqueeze(0)
        o, (h, c) = self.lstm(x, (hid["h0"], hid["c0"]))
        q = self.adv(o.squeeze(0)) - (1 - legal) * 1e9
        return q.argmax(1), {"h0": h, "c0": c}


def load_pool(path):
    pool = []
    for f in sorted(os.listdir(path)):
        if f.endswith(".pthw"):
            pool.append((f, torch.load(os.path.join(path, f), map_location="cpu")))
    return pool


def main(a):
    from hanalearn import VecHanabi

    env = VecHanabi(a.games, players=2, seed=a.seed)
    pool = load_pool(a.pool)
    players = {f"P{i}": Net(env.obs, env.act) for i in range(2)}
    hids = {pid: net.get_h0(a.games) for pid, net in players.items()}
    who = {pid: None for pid in players}
    stat = np.zeros((len(pool), len(pool), 2))

    obs, legal = env.reset()
    for it in range(a.iters):
        if it % a.rotate == 0:
            for pid, net in players.items():
                k = random.randrange(len(pool))
                who[pid] = k
                net.load_state_dict(pool[k][1])
                net.eval()
        with torch.no_grad():
            moves = {}
            for pid in players:
                moves[pid], hids[pid] = players[pid].act(obs[pid], legal[pid], hids[pid])
        obs, legal, score, done = env.step(moves)
        for g in np.flatnonzero(done):
            stat[who["P0"], who["P1"]] += (score[g], 1)
            for pid in players:
                for v in hids[pid].values():
                    v[:, g] = 0
    with np.errstate(invalid="ignore"):
        print((stat[..., 0] / stat[..., 1]).round(2))


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("pool")
    p.add_argument("--games", type=int, default=100)
    p.add_argument("--iters", type=int, default=20000)
    p.add_argument("--rotate", type=int, default=333)
    p.add_argument("--seed", type=int, default=0)
    main(p.parse_args())
